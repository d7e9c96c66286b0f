import SimKernel
import Unstructured

enum Kustomization {
  static func build(_ call: Call, _ path: String) throws(Failure) -> [Value] { throw call.notSimulated("kubectl -k") }
}
