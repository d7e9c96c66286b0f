import SimKernel
import Unstructured

enum PodValidation { static func pod(_ checker: inout Checker) {} }
enum WorkloadValidation {
  static func statefulSet(_ checker: inout Checker) {}
  static func deployment(_ checker: inout Checker) {}
  static func replicaSet(_ checker: inout Checker) {}
  static func replicationController(_ checker: inout Checker) {}
  static func daemonSet(_ checker: inout Checker) {}
  static func job(_ checker: inout Checker) {}
  static func cronJob(_ checker: inout Checker) {}
}
enum NetworkValidation {
  static func service(_ checker: inout Checker) {}
  static func ingress(_ checker: inout Checker) {}
  static func networkPolicy(_ checker: inout Checker) {}
}
enum StorageValidation {
  static func claim(_ checker: inout Checker) {}
  static func volume(_ checker: inout Checker) {}
  static func storageClass(_ checker: inout Checker) {}
}
enum ConfigurationValidation {
  static func configMap(_ checker: inout Checker) {}
  static func secret(_ checker: inout Checker) {}
  static func namespace(_ checker: inout Checker) {}
  static func role(_ checker: inout Checker) {}
  static func roleBinding(_ checker: inout Checker) {}
}
enum AutoscalingValidation {
  static func autoscaler(_ checker: inout Checker) {}
  static func disruptionBudget(_ checker: inout Checker) {}
}
