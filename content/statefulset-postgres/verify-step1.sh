#!/bin/bash
# L'étape 1 est réussie quand tout ce qu'elle a créé est nettoyé.
! microk8s kubectl get statefulset web > /dev/null 2>&1 &&
  ! microk8s kubectl get deployment vitrine > /dev/null 2>&1
