#!/usr/bin/env bash
# Installs what is missing on Debian 12, Ubuntu 24.04 and newer; touches nothing that is there.
set -euo pipefail

root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
has() { command -v "$1" >/dev/null 2>&1; }

packages=()
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || packages+=(postgresql)
has psql || packages+=(postgresql-client)
has cc || packages+=(build-essential)
has python3 || packages+=(python3)
has hledger || packages+=(hledger)
has bean-check || packages+=(beancount)
has git || packages+=(git)
has curl || packages+=(curl)
has pdftotext || packages+=(poppler-utils)
if [ ${#packages[@]} -gt 0 ]; then
    has apt-get || { echo "please install: ${packages[*]}" >&2; exit 1; }
    export DEBIAN_FRONTEND=noninteractive
    root apt-get update -qq
    # Binaries only: the distribution's own server is not needed and would be left running.
    if [[ " ${packages[*]} " == *" postgresql "* ]]; then
        root apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null
        root sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
    fi
    root apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
    echo "installed: ${packages[*]}"
fi

has cargo || { echo "please install Rust: the version is in rust-toolchain.toml (rustup does the rest)" >&2; exit 1; }
cargo nextest --version >/dev/null 2>&1 || cargo install --quiet --locked cargo-nextest
