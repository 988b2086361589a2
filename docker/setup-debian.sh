#!/bin/sh
# Install what building and running images needs on Debian 12. Run it as the user who will do so; a second run changes
# nothing. With sudo when not root.
set -eu

packages="podman runc netavark aardvark-dns iptables slirp4netns uidmap fuse-overlayfs mmdebstrap ca-certificates"

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo > /dev/null; then
        sudo "$@"
    else
        echo "error: this needs root, and sudo is not installed. As root, type: $*" >&2
        exit 3
    fi
}

missing=""
for package in $packages; do
    dpkg-query --show --showformat='${db:Status-Abbrev}' "$package" 2> /dev/null | grep -q '^ii' \
        || missing="$missing $package"
done
if [ -n "$missing" ]; then
    echo "Installing:$missing" >&2
    as_root apt-get update -qq
    # env: sudo drops variables. Unquoted on purpose: one argument a package.
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing
fi

# The rest concerns rootless podman: root uses the kernel's own bridge and overlay.
[ "$(id -u)" -ne 0 ] || exit 0

# slirp4netns, the network of rootless containers, opens this device as the user. Where udev runs it is 0666 already;
# on small virtual machines it is 0600 and every container fails to start. Opening it gives no rights over the host's
# network: making an interface takes CAP_NET_ADMIN, which the user has only inside a namespace of their own.
if [ -c /dev/net/tun ] && ! { [ -r /dev/net/tun ] && [ -w /dev/net/tun ]; }; then
    echo "Opening /dev/net/tun to all users (until the next boot)." >&2
    as_root chmod 0666 /dev/net/tun
fi

# Without a range of ids the container's users cannot be mapped, and apt or pip inside it fail to change owners.
user="$(id -un)"
if ! grep -q "^$user:" /etc/subuid || ! grep -q "^$user:" /etc/subgid; then
    echo "Giving $user a range of subordinate ids." >&2
    first="$(awk -F: 'BEGIN { next_free = 100000 } $2 + $3 > next_free { next_free = $2 + $3 } END { print next_free }' \
        /etc/subuid /etc/subgid)"
    range="$first-$((first + 65535))"
    as_root usermod --add-subuids "$range" --add-subgids "$range" "$user"
fi

# Left to itself, podman may fall back to vfs, which copies the whole image for every layer and every container: a build
# took 35 s instead of 2.4 s. The choice is bound to the first use, so an existing store is left alone.
settings="${XDG_CONFIG_HOME:-$HOME/.config}/containers/storage.conf"
store="${XDG_DATA_HOME:-$HOME/.local/share}/containers/storage"
if [ ! -e "$settings" ] && [ ! -e "$store" ] && [ ! -e /etc/containers/storage.conf ]; then
    echo "Choosing podman's overlay store in $settings." >&2
    mkdir -p "$(dirname "$settings")"
    printf '[storage]\ndriver = "overlay"\n' > "$settings"
elif [ -d "$store/vfs-containers" ] && [ ! -d "$store/overlay-containers" ]; then
    echo "note: podman uses its slow vfs store in $store. 'podman system reset' deletes it with all" >&2
    echo "      its images and containers; run this again afterwards to choose overlay." >&2
fi
