#!/bin/bash
# Prépare la machine : MicroK8s à un nœud, avec le DNS et le stockage local.
command -v microk8s > /dev/null || snap install microk8s --classic --channel=1.32/stable
microk8s status --wait-ready > /dev/null
microk8s enable dns > /dev/null 2>&1
microk8s enable hostpath-storage > /dev/null 2>&1
microk8s kubectl wait --for=condition=Ready node --all --timeout=300s > /dev/null
