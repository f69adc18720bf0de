# The wizard with the docker command and Compose, built without a network. See docs/install.md.
# `python tools/image.py FOLDER` prepares the build context and documents where each part comes from.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS environment
ARG NAME=librechat-auth-wizard
COPY wheels /wheels
# Packages must match the hashes in the lock file. setuptools and pip are not needed at run time.
RUN python3 -m venv /opt/librechat-wizard && \
    pip="/opt/librechat-wizard/bin/python -I -m pip --no-cache-dir --disable-pip-version-check" && \
    $pip install --quiet --no-index --find-links /wheels --require-hashes --requirement /wheels/requirements.txt && \
    $pip install --quiet --no-index --no-deps /wheels/librechat_auth_wizard-*.whl && \
    $pip --quiet uninstall --yes setuptools pip && \
    printf 'container\n%s\n' "$NAME" >/opt/librechat-wizard/installed-as

FROM ${BASE}
# Docker looks for plugins here for every user.
COPY docker /usr/local/bin/docker
COPY docker-compose /usr/local/libexec/docker/cli-plugins/docker-compose
COPY --from=environment /opt/librechat-wizard /opt/librechat-wizard
# Works with any UID: no entry in /etc/passwd is needed, and nothing is written to the home directory.
ENV HOME=/opt/librechat-wizard/home LANG=C.UTF-8 PATH=/opt/librechat-wizard/bin:/usr/local/bin:/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1
ENTRYPOINT ["/opt/librechat-wizard/bin/python", "-I", "-m", "wizard"]
LABEL org.opencontainers.image.title="LibreChat auth wizard" org.opencontainers.image.licenses="MIT"
