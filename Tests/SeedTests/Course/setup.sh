#!/bin/bash
# What the two pages before this one leave behind.
cd /root
microk8s kubectl apply -f postgres.yaml
microk8s kubectl rollout status statefulset postgres
microk8s kubectl exec postgres-0 -- psql -U admin -d myapp -c "INSERT INTO users (username, email) VALUES ('charlie', 'charlie@pod0.com');"
