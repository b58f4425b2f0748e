#!/bin/sh
# Installs what the tests start beside the service itself: nats-server (the work queue's engine). Does nothing where it is there already; the tests that
# need it skip loudly where it is not.
set -eu
command -v nats-server >/dev/null && exit 0
if [ "$(id -u)" = 0 ]; then as_root=; else as_root=sudo; fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root apt-get install -y -qq --no-install-recommends nats-server
