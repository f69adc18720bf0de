"""The check ``kubernetes``: the Helm release, its Secret, its ingress and its pods, read with helm and kubectl."""

from checks.kubernetes.check import KUBERNETES

__all__ = ["KUBERNETES"]
