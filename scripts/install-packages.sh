#!/usr/bin/env bash
# install-packages.sh PACKAGE…: makes sure that Debian packages are installed; says in one sentence what to do when it cannot.
set -euo pipefail

missing=()
for package in "$@"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

give_up() {
  echo "$1 Install by hand: apt-get install ${missing[*]}" >&2
  exit 1
}
command -v apt-get >/dev/null || give_up "Missing packages (${missing[*]}), and this system has no apt-get."
run=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || give_up "Missing packages (${missing[*]}); installing them needs root, and there is no sudo here."
  run=(sudo)
fi
echo "Installing ${missing[*]} …" >&2
"${run[@]}" apt-get update -qq >/dev/null || give_up "The package lists could not be fetched."
DEBIAN_FRONTEND=noninteractive "${run[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
  give_up "Installing ${missing[*]} failed."
