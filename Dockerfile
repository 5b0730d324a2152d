# One image for every role of docker-compose.yml; the command tells which.
FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements-bootstrap.txt requirements-serve.txt ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements-bootstrap.txt \
    && /venv/bin/uv pip install --no-cache --python /venv/bin/python --compile-bytecode \
        --require-hashes -r requirements-serve.txt

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --home-dir /tmp aicare \
    && install --directory --owner aicare --group aicare --mode 0700 /data
ENV PATH=/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    AICARE_DATA_DIR=/data
COPY --from=build /venv /venv
WORKDIR /app
COPY LICENSE manage.py ./
COPY locale locale
COPY aicare aicare
COPY patients patients
COPY imaging imaging
COPY inference inference
COPY training training
USER aicare
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--config", "python:aicare.web_server", "--bind", "0.0.0.0:8000"]
