#!/bin/bash
# L'étape 3 est réussie quand deux instances tournent avec la nouvelle image et que les données sont toujours là.
[ "$(microk8s kubectl get statefulset postgres -o jsonpath='{.spec.replicas}')" = 2 ] &&
  [ "$(microk8s kubectl get statefulset postgres -o jsonpath='{.spec.template.spec.containers[0].image}')" = postgres:16-alpine ] &&
  [ "$(microk8s kubectl exec postgres-0 -- psql -U admin -d myapp -tAc 'SELECT count(*) FROM users;')" = 5 ]
