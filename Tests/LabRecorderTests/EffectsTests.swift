import Testing

@testable import LabRecorder

@Suite struct EffectsTests {
  @Test(arguments: [
    "cat /etc/kubernetes/manifests/etcd.yaml", "sudo tail -f /var/log/syslog", "systemctl status kubelet",
    "journalctl -u kubelet | grep error | wc -l", "# état du nœud\nmicrok8s kubectl get nodes && k top pods; ss -tln",
    "ip addr", "crictl ps -a", "helm list -A",
  ])
  func onlyLooks(_ text: String) { #expect(Effects.onlyLooks(text)) }

  @Test(arguments: [
    "cat /etc/kubernetes/manifests/etcd.yaml > etcd.yaml", "vim pod.yaml", "systemctl restart kubelet",
    "ip link set eth0 down",
    "grep x y | xargs rm", "kubectl get pods && kubectl delete pod web", "helm install web ./web", "A=$(top -bn1)",
    "kubectl auth reconcile -f roles.yaml", "cat <(top)", "systemctl", "IMAGES=1 crictl ps",
  ])
  func mayWrite(_ text: String) { #expect(!Effects.onlyLooks(text)) }
}
