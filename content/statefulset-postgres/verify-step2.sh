#!/bin/bash
# L'étape 2 est réussie quand les deux instances de PostgreSQL sont prêtes et que charlie est dans postgres-0.
[ "$(microk8s kubectl get statefulset postgres -o jsonpath='{.status.readyReplicas}')" = 2 ] &&
  microk8s kubectl exec postgres-0 -- psql -U admin -d myapp -tAc "SELECT count(*) FROM users WHERE username = 'charlie';" | grep -qx 1
