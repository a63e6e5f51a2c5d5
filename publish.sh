#!/usr/bin/env bash
# Builds thub as a program that needs no .NET, for this machine or another, and links it in
# ~/.local/bin where no other place is named.
# Usage: ./publish.sh [DIR [RUNTIME]]     DIR: default ~/.local/lib/thub    RUNTIME: such as linux-x64, linux-arm64, win-x64
set -euo pipefail
directory=${1:-$HOME/.local/lib/thub}
# Of where it was called, not of the repository.
[[ $directory == /* ]] || directory=$PWD/$directory
cd "$(dirname "${BASH_SOURCE[0]}")"
runtime=${2:-$(dotnet --info | sed -nE 's/^ *RID: *//p')}

# The lock files hold what every machine restores alike; a runtime of its own is restored beside them.
dotnet publish src/TrygghetHub.Cli --configuration Release --runtime "$runtime" --self-contained --nologo \
    -p:PublishSingleFile=true -p:PublishReadyToRun=true -p:PublishReadyToRunComposite=false -p:DebugType=none \
    -p:NuGetLockFilePath=obj/publish.lock.json --output "$directory"
rm -f "$directory"/*.pdb
cp LICENSE NOTICE "$directory"

if [[ -z ${1:-} && -e $directory/thub ]]; then
    mkdir -p "$HOME/.local/bin"
    ln -sf "$directory/thub" "$HOME/.local/bin/thub"
    echo "thub is in $HOME/.local/bin."
else
    echo "thub is in $directory."
fi
