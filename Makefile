# The two commands are `make demo` and `make test`; `make` lists the others.
SHELL := /bin/bash
# Where rustup and `cargo install` put their programs, for shells that have not been told.
export PATH := $(PATH):$(HOME)/.cargo/bin

target := $(or $(CARGO_TARGET_DIR),target)
# The figures in the README come from RELEASE=1, which takes minutes longer to build.
profile := $(if $(RELEASE),release,debug)
release := $(if $(RELEASE),--release)

# Where setup.sh has put what Python needs.
python := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/ankong/pypi/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup build demo test fuzz soak bench lint check-all windows test-windows pictures pictures-portal deb try-deb dist icons clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)$$/make \1\t\2/p' Makefile | expand -t 16

setup: ## install what is missing (Debian 12)
	@installer/dev/setup.sh

build: setup ## all programs; RELEASE=1 as they are shipped
	cargo build --workspace --bins --locked $(release)

demo: build ## from a virtual card to a gold member; AUTO=1 drives itself
	@AUTO="$(AUTO)" "$(target)/$(profile)/demo"

# One build of everything, so that the programs the black-box tests start are not built twice with different features.
test: setup ## every test; RELEASE=1 on the programs as they are shipped
	cargo build --workspace --bins --tests --locked $(release)
	cd client && node --test
	cargo test --workspace --locked --no-fail-fast $(release)
	$(python) crates/verify/tests/peer/tokens.py crates/verify/tests/data/token
	fuzz/run.sh 30

fuzz: setup ## the fuzz targets for ten minutes each; FOR=60 TARGET=piv for less
	fuzz/run.sh $(or $(FOR),600) $(TARGET)

soak: setup ## the slow half of the tests: a minute of doing nothing, two hundred windows
	cargo build --workspace --bins --tests --locked
	ANKONG_IDLE_SECONDS=60 cargo test --workspace --locked --test reliability_pcscd -- left_alone
	ANKONG_ROUNDS=200 cargo test --locked --test consent -- any_number_of_windows

bench: ## the figures of the program as it is shipped, and of others beside it, in target/bench.json; ONLY=apdus for a part
	@installer/dev/setup.sh bench
	cargo build --release --workspace --bins --locked
	ONLY="$(ONLY)" cargo bench --locked --bench figures
	ONLY="$(ONLY)" cargo bench --locked -p ankong-portal --bench portal

lint: ## what CI checks besides the tests
	@installer/dev/setup.sh ci
	cargo fmt --all --check
	cargo fmt --manifest-path fuzz/Cargo.toml --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo deny --locked check bans licenses sources
	cargo deny --manifest-path fuzz/Cargo.toml --locked check bans licenses sources
	installer/check/run.sh

check-all: setup ## whether it compiles for Windows and macOS, lints included (docs/building.md)
	@installer/dev/cross.sh

pictures: build ## every page in both languages, light and dark, in target/pictures, to be looked at; ONLY=question for a part
	"$(target)/$(profile)/pictures" "$(target)/pictures" "$(ONLY)"

pictures-portal: setup ## every page of the portal in both languages, on a desk and on a phone, in target/pictures-portal
	cargo build --workspace --bins --locked
	rm -rf "$(target)/pictures-portal" && mkdir -p "$(target)/pictures-portal"
	ANKONG_PICTURES="$(abspath $(target))/pictures-portal" cargo test --locked --test browsers portal::

windows: ## the programs for Windows, in target/windows (docs/building.md)
	@installer/windows/build.sh

test-windows: ## the tests that can be run on Windows, under Wine
	@tests/wine/test.sh

deb: ## the two packages for Debian 12, in dist/
	@installer/dev/setup.sh deb
	cargo build --release --locked -p ankong -p ankong-window
	rm -f dist/*.deb
	installer/linux/deb.sh "$(target)/release" dist
	test "$$(cat dist/*.deb | wc -c)" -le 5000000
	# The project has no address yet; whoever publishes packages names one in ANKONG_MAINTAINER.
	lintian --fail-on error,warning --suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog dist/*.deb

try-deb: deb ## installs, uses and purges them on a fresh Debian 12
	installer/linux/try.sh dist

# The Mac's package is made by the hosted CI.
dist: deb ## all packages that can be made here, in dist/, with sizes and SHA-256
	installer/windows/build.sh
	installer/windows/package.sh
	rm -f dist/*.exe dist/SHA256SUMS && cp "$(target)"/windows/ankong-setup-*-x64.exe dist/
	cd dist && stat -c '%s bytes  %n' -- * && sha256sum -- * >../dist.sums.tmp && mv ../dist.sums.tmp SHA256SUMS

icons: ## the tray's pictures, Windows' icon and the installer's picture from their drawings (needs rsvg-convert and ImageMagick)
	for drawing in assets/icons/tray/*.svg; do \
	  rsvg-convert -w 32 -h 32 "$$drawing" | convert png:- -depth 8 "rgba:$${drawing%.svg}.rgba"; \
	done
	rsvg-convert -w 256 -h 256 assets/icons/ankong.svg | convert -background none png:- \
	  -define icon:auto-resize=256,64,48,32,24,16 assets/icons/ankong.ico
	rsvg-convert -w 96 -h 96 assets/icons/ankong.svg | convert -size 164x314 'xc:#0f5c5c' png:- -gravity center -composite \
	  -colors 64 -type palette -compress none BMP3:assets/icons/installer.bmp

clean: ## remove what was built
	cargo clean
