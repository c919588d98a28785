#!/usr/bin/env bash
# Installs the engines SpanRnn is compared with. Safe to run again: what is there already is left alone.
#   ONNX Runtime  from npm's onnxruntime-node into perf/.peers (ignored by git); only its shared library is used
#   oneDNN        from the distribution (libdnnl2)
#   PyTorch       from the distribution (python3-torch) with the BLAS libraries it can be run on
# A peer that cannot be installed is named, and the comparison runs without it.
set -u
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
peers="$here/.peers"
ort_version="${ORT_VERSION:-1.30.0}"
packages="libdnnl2 python3-torch libopenblas0-pthread libopenblas0-openmp libblis4-openmp"
missing=0

mkdir -p "$peers"

# The package's own install script would download GPU libraries; the CPU library is already inside it.
installed="$(sed -n 's/.*"version": "\(.*\)".*/\1/p' "$peers/node_modules/onnxruntime-node/package.json" 2>/dev/null | head -1)"
if [ "$installed" != "$ort_version" ]; then
  if command -v npm >/dev/null; then
    npm install --ignore-scripts --no-audit --no-fund --no-save --prefix "$peers" "onnxruntime-node@$ort_version" \
      || echo "npm could not install onnxruntime-node@$ort_version" >&2
  else
    echo "npm is not installed: ONNX Runtime is left out" >&2
  fi
fi

absent=""
for package in $packages; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || absent="$absent $package"
done
if [ -n "$absent" ]; then
  root=""
  [ "$(id -u)" = 0 ] || root="sudo"
  if command -v apt-get >/dev/null && { [ -z "$root" ] || command -v sudo >/dev/null; }; then
    # One by one: a package that this distribution does not have must not keep the others out.
    $root apt-get update -q || echo "apt-get could not update" >&2
    for package in $absent; do
      DEBIAN_FRONTEND=noninteractive $root apt-get install -q -y --no-install-recommends "$package" \
        || echo "apt-get could not install: $package" >&2
    done
  else
    echo "no apt-get, or neither root nor sudo; not installed:$absent" >&2
  fi
fi

echo
echo "Peers found:"
library="$(find "$peers/node_modules/onnxruntime-node" -path "*linux/$(uname -m | sed 's/x86_64/x64/;s/aarch64/arm64/')/*" \
  -name 'libonnxruntime.so*' 2>/dev/null | head -1)"
if [ -n "$library" ]; then
  echo "  ONNX Runtime $ort_version: ${library#"$here"/}"
else
  echo "  ONNX Runtime: missing"; missing=1
fi
if dnnl="$(dpkg-query -W -f='${Version} ${Status}' libdnnl2 2>/dev/null | grep 'install ok installed')"; then
  echo "  oneDNN ${dnnl%% *}: libdnnl.so.2"
else
  echo "  oneDNN: missing"; missing=1
fi
# The distribution's interpreter, by its full name: the first python3 on the path may be another one without torch.
if torch="$(/usr/bin/python3 -c 'import torch; print(torch.__version__)' 2>/dev/null)"; then
  echo "  PyTorch $torch: /usr/bin/python3"
  for blas in /usr/lib/*/openblas-pthread /usr/lib/*/openblas-openmp /usr/lib/*/blis-openmp; do
    [ -e "$blas/libblas.so.3" ] && echo "    BLAS: $blas"
  done
else
  echo "  PyTorch: missing"; missing=1
fi
exit $missing
