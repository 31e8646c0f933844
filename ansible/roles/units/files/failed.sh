#!/bin/sh
# Name our units that have failed.
exec systemctl list-units --failed --plain --no-legend 'nab-*'
