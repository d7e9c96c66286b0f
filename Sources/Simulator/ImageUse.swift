// What containers use: processor time and memory at rest, and processor time per request they answer. Nothing here is measured while
// a session runs: it is a profile, plausible figures for small installations of each program, which `machine.usage` of a course
// replaces. `kubectl top` and autoscalers show what this table and the requests really made come to.

import KubeAPI
package import SimKernel

package struct ImageUse {
  /// Thousandths of a processor, at rest.
  package var milliCPU: Int64?
  /// Bytes.
  package var memory: Int64?
  /// Processor time of one HTTP request.
  package var request: Interval?

  package init(milliCPU: Int64? = nil, memory: Int64? = nil, request: Interval? = nil) {
    self.milliCPU = milliCPU
    self.memory = memory
    self.request = request
  }

  /// From quantities as they are written: `250m`, `64Mi`.
  package init(cpu: String?, memory: String?, request: Interval?) {
    self.init(
      milliCPU: cpu.flatMap { Quantity(parsing: $0) }?.milliUnits,
      memory: memory.flatMap { Quantity(parsing: $0) }?.wholeUnits, request: request)
  }

  private init(_ milliCPU: Int64, mebibytes: Int64, microseconds: Int64 = 0) {
    self.init(milliCPU: milliCPU, memory: mebibytes << 20, request: .microseconds(microseconds))
  }

  func overridden(by other: ImageUse?) -> ImageUse {
    ImageUse(
      milliCPU: other?.milliCPU ?? milliCPU, memory: other?.memory ?? memory, request: other?.request ?? request)
  }

  /// The node's own processes: kubelite and its datastore, containerd, the system.
  package static let node = ImageUse(120, mebibytes: 1_100)

  /// The profile of a repository, whatever its registry is.
  static func of(_ repository: String) -> ImageUse {
    for (name, use) in profile where name == repository { return use }
    return general
  }

  /// What is not in the table.
  private static let general = ImageUse(1, mebibytes: 10, microseconds: 200)

  private static let profile: [(repository: String, use: ImageUse)] = [
    ("library/postgres", ImageUse(2, mebibytes: 28)), ("library/redis", ImageUse(2, mebibytes: 4)),
    ("library/zookeeper", ImageUse(2, mebibytes: 90)), ("kubernetes-zookeeper", ImageUse(2, mebibytes: 90)),
    ("coreos/etcd", ImageUse(8, mebibytes: 24)), ("etcd-development/etcd", ImageUse(8, mebibytes: 24)),
    ("etcd", ImageUse(8, mebibytes: 24)), ("apache/kafka", ImageUse(12, mebibytes: 350)),
    ("library/cassandra", ImageUse(25, mebibytes: 1_100)), ("google-samples/cassandra", ImageUse(25, mebibytes: 1_100)),
    ("library/mongo", ImageUse(6, mebibytes: 120)), ("library/mysql", ImageUse(5, mebibytes: 360)),
    ("library/mariadb", ImageUse(1, mebibytes: 80)),
    ("library/nginx", ImageUse(0, mebibytes: 3, microseconds: 150)),
    ("nginx-slim", ImageUse(0, mebibytes: 3, microseconds: 150)),
    ("library/httpd", ImageUse(1, mebibytes: 6, microseconds: 300)),
    // The page computes a million square roots.
    ("hpa-example", ImageUse(1, mebibytes: 11, microseconds: 50_000)),
    ("library/busybox", ImageUse(0, mebibytes: 0)), ("busybox", ImageUse(0, mebibytes: 0)),
    ("google-containers/busybox", ImageUse(0, mebibytes: 0)), ("google_containers/busybox", ImageUse(0, mebibytes: 0)),
    ("library/alpine", ImageUse(0, mebibytes: 0)), ("library/debian", ImageUse(0, mebibytes: 0)),
    ("library/ubuntu", ImageUse(0, mebibytes: 0)), ("curlimages/curl", ImageUse(0, mebibytes: 0)),
    ("polinux/stress", ImageUse(0, mebibytes: 0)), ("pause", ImageUse(0, mebibytes: 0)),
    ("coredns/coredns", ImageUse(3, mebibytes: 14)), ("calico/node", ImageUse(18, mebibytes: 110)),
    ("calico/kube-controllers", ImageUse(2, mebibytes: 24)),
    ("cdkbot/hostpath-provisioner", ImageUse(2, mebibytes: 12)),
    ("metrics-server/metrics-server", ImageUse(4, mebibytes: 18)),
    ("ingress-nginx/controller", ImageUse(2, mebibytes: 90, microseconds: 300)),
  ]
}
