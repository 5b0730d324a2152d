# AI Care's commands. Each makes .venv and installs the locked requirements when they changed.
# PYTHON=/path/to/python chooses the interpreter (3.11 to 3.13) that makes .venv.

UV_COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock"

.PHONY: run test lint bench messages lock
export PYTHON
# Without compiled modules every start of every process takes thrice as long.
unexport PYTHONDONTWRITEBYTECODE

run:
	@scripts/install requirements.txt
	@.venv/bin/python manage.py up

test:
	@scripts/install requirements.txt requirements-dev.txt
	@scripts/test

lint:
	@scripts/install requirements-dev.txt
	.venv/bin/ruff check
	.venv/bin/ruff format --check

bench:
	@scripts/install requirements.txt requirements-dev.txt
	@.venv/bin/python -m tests.benchmarks

# Texts for translation: see "Languages" in docs/architecture.md.
messages:
	@scripts/install requirements-dev.txt
	@scripts/messages

# One resolution for all: the smaller files take their versions from the largest.
lock:
	@scripts/install
	$(UV_COMPILE) --extra training --extra dev --output-file requirements-dev.txt pyproject.toml
	$(UV_COMPILE) --extra training --constraint requirements-dev.txt \
		--output-file requirements.txt pyproject.toml
	$(UV_COMPILE) --constraint requirements-dev.txt --output-file requirements-serve.txt pyproject.toml
	echo "uv==$$(.venv/bin/uv --version | cut -d' ' -f2)" | \
		$(UV_COMPILE) --output-file requirements-bootstrap.txt -
