PATH=/opt/venv/bin:/opt/cli/node_modules/.bin:/opt/node/bin:/opt/control/bin:$PATH
export PATH
