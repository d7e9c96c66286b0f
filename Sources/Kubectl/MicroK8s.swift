import SimKernel
import SimMachine

final class MicroK8sProgram: Program {
  private let inner: KubectlProgram
  init(_ kubectl: Kubectl) { inner = KubectlProgram(kubectl) }
  func resume(_ process: Process) -> Step { inner.resume(process) }
}
