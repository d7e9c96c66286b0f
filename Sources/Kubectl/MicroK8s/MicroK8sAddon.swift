// The add-ons of MicroK8s' core repository, as `microk8s status` lists them. Source: canonical/microk8s-core-addons 1.32, addons.yaml.

struct MicroK8sAddon {
  let name: String
  let description: String

  static let all: [MicroK8sAddon] = [
    MicroK8sAddon(name: "cert-manager", description: "Cloud native certificate management"),
    MicroK8sAddon(name: "cis-hardening", description: "Apply CIS K8s hardening"),
    MicroK8sAddon(name: "community", description: "The community addons repository"),
    MicroK8sAddon(name: "dashboard", description: "The Kubernetes dashboard"),
    MicroK8sAddon(name: "dns", description: "CoreDNS"),
    MicroK8sAddon(name: "gpu", description: "Alias to nvidia add-on"),
    MicroK8sAddon(name: "ha-cluster", description: "Configure high availability on the current node"),
    MicroK8sAddon(name: "helm", description: "Helm - the package manager for Kubernetes"),
    MicroK8sAddon(name: "helm3", description: "Helm 3 - the package manager for Kubernetes"),
    MicroK8sAddon(name: "host-access", description: "Allow Pods connecting to Host services smoothly"),
    MicroK8sAddon(name: "hostpath-storage", description: "Storage class; allocates storage from host directory"),
    MicroK8sAddon(name: "ingress", description: "Ingress controller for external access"),
    MicroK8sAddon(name: "kube-ovn", description: "An advanced network fabric for Kubernetes"),
    MicroK8sAddon(name: "mayastor", description: "OpenEBS MayaStor"),
    MicroK8sAddon(name: "metallb", description: "Loadbalancer for your Kubernetes cluster"),
    MicroK8sAddon(name: "metrics-server", description: "K8s Metrics Server for API access to service metrics"),
    MicroK8sAddon(name: "minio", description: "MinIO object storage"),
    MicroK8sAddon(name: "nvidia", description: "NVIDIA hardware (GPU and network) support"),
    MicroK8sAddon(name: "observability", description: "A lightweight observability stack for logs, traces and metrics"),
    MicroK8sAddon(name: "prometheus", description: "Prometheus operator for monitoring and logging"),
    MicroK8sAddon(name: "rbac", description: "Role-Based Access Control for authorisation"),
    MicroK8sAddon(name: "registry", description: "Private image registry exposed on localhost:32000"),
    MicroK8sAddon(name: "rook-ceph", description: "Distributed Ceph storage using Rook"),
    MicroK8sAddon(name: "storage", description: "Alias to hostpath-storage add-on, deprecated"),
  ]
}
