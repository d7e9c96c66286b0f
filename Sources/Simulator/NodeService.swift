// The kubelet as a process of the machine, where a session asks for it (`machine.kubelet`): as on nodes that were set up with kubeadm,
// it can be killed, and stopped and started with systemctl. MicroK8s has no such process: there the kubelet is part of kubelite, with
// the API server and everything else, and this is left out.

import KubeCluster
import SimKernel
import SimMachine

final class NodeService {
  private let machine: Machine
  private let cluster: Cluster
  private let pidFile: String?
  private var process: Process?

  init(machine: Machine, cluster: Cluster, pidFile: String?, commands: CommandTable) {
    self.machine = machine
    self.cluster = cluster
    self.pidFile = pidFile
    commands.register(Utility("systemctl") { [self] call in control(&call) })
    start()
  }

  private func start() {
    if let process, !process.hasEnded { return }
    let arguments = [
      "/usr/bin/kubelet", "--kubeconfig=/etc/kubernetes/kubelet.conf", "--config=/var/lib/kubelet/config.yaml",
    ]
    let process = machine.start(
      Kubelet(), arguments: arguments, environment: Environment([]), files: [:], account: Account())
    self.process = process
    if let pidFile {
      if let slash = pidFile.utf8.lastIndex(of: 47) {
        _ = try? machine.fileSystem.makeDirectory(String(pidFile[..<slash]), parents: true)
      }
      try? machine.fileSystem.write(pidFile, Array("\(process.id)\n".utf8), permissions: 0o644)
    }
    cluster.restartKubelet(on: machine.hostname)
    waitForEnd(process)
  }

  private func waitForEnd(_ process: Process) {
    process.ended.onWake { [self] in
      if process.hasEnded { cluster.haltKubelet(on: machine.hostname) } else { waitForEnd(process) }
    }
  }

  private func control(_ call: inout UtilityCall) -> Int32 {
    var operands: [String] = []
    for word in call.arguments where word.utf8.first != 45 { operands.append(word) }
    guard operands.count == 2, operands[1] == "kubelet" || operands[1] == "kubelet.service" else {
      call.process.account.note(notSimulated: "systemctl " + call.arguments.joined(separator: " "))
      return 1
    }
    let isActive = process?.hasEnded == false
    switch operands[0] {
    case "stop": process?.send(.terminate)
    case "start": start()
    case "restart":
      process?.send(.terminate)
      machine.world.soon { [self] in start() }
    case "is-active":
      call.print(isActive ? "active\n" : "inactive\n")
      return isActive ? 0 : 3
    default:
      call.process.account.note(notSimulated: "systemctl " + operands[0])
      return 1
    }
    return 0
  }

  private final class Kubelet: Program {
    private let never = WaitQueue()
    func resume(_ process: Process) -> Step { .wait([.queue(never)]) }
  }
}
