# The wizard with the docker command and Compose, built without a network: docs/install.md says how and what for.
# `python tools/image.py FOLDER` makes the folder that this is built from; what comes from where stands there.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS environment
ARG NAME=librechat-auth-wizard
COPY wheels /wheels
# The packages are held to the hashes of the lock. What makes an environment is not needed to run it.
RUN python3 -m venv /opt/librechat-wizard && \
    pip="/opt/librechat-wizard/bin/python -I -m pip --no-cache-dir --disable-pip-version-check" && \
    $pip install --quiet --no-index --find-links /wheels --require-hashes --requirement /wheels/requirements.txt && \
    $pip install --quiet --no-index --no-deps /wheels/librechat_auth_wizard-*.whl && \
    $pip --quiet uninstall --yes setuptools pip && \
    printf 'container\n%s\n' "$NAME" >/opt/librechat-wizard/installed-as

FROM ${BASE}
# Compose is where docker looks for plugins whoever runs it.
COPY docker /usr/local/bin/docker
COPY docker-compose /usr/local/libexec/docker/cli-plugins/docker-compose
COPY --from=environment /opt/librechat-wizard /opt/librechat-wizard
# Any user number will do: nobody needs an entry in /etc/passwd, and nothing is written into the home.
ENV HOME=/opt/librechat-wizard/home LANG=C.UTF-8 PATH=/opt/librechat-wizard/bin:/usr/local/bin:/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1
ENTRYPOINT ["/opt/librechat-wizard/bin/python", "-I", "-m", "wizard"]
LABEL org.opencontainers.image.title="LibreChat auth wizard" org.opencontainers.image.licenses="MIT"
