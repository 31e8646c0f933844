# Which certificates every program trusts, for shells that begin with an empty environment.
# shellcheck shell=sh
export SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
export REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt
export CURL_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt
export PIP_CERT=/etc/ssl/certs/ca-certificates.crt
export GIT_SSL_CAINFO=/etc/ssl/certs/ca-certificates.crt
export AWS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt
export NPM_CONFIG_CAFILE=/etc/ssl/certs/ca-certificates.crt
export CARGO_HTTP_CAINFO=/etc/ssl/certs/ca-certificates.crt
if [ -r /etc/nab/ca.crt ]; then
    export NODE_EXTRA_CA_CERTS=/etc/nab/ca.crt
    export DENO_CERT=/etc/nab/ca.crt
fi
