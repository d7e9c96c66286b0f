// What a session's machine is like. Everything here is data that a course or a session file may set; the defaults are a small
// MicroK8s node.

package import KubeCluster
package import SimKernel

package struct SessionSettings {
  /// Minor version of Kubernetes that is modelled where behaviour differs.
  package var kubernetesVersion = "1.32"
  /// Unix time of virtual instant zero.
  package var epochUnixSeconds: Int64 = 1_768_467_600
  package var seed: UInt64 = 1
  package var hostname = "ubuntu"
  /// Further nodes of the cluster.
  package var workers: [WorkerNode] = []
  /// `microk8s` (a plausible small node) or `capture` (the machine of the conformance captures).
  package var profile = "microk8s"
  /// Add-ons that are on from the start.
  package var addons: [String] = ["dns", "hostpath-storage", "calico"]
  /// Timings set per image, by reference prefix.
  package var imageTimings = OrderedMap<String, ImageTiming>()
  /// What containers use, set per image, by reference prefix; and what the node uses besides them.
  package var imageUses = OrderedMap<String, ImageUse>()
  package var nodeUse = ImageUse.node
  /// Images that are on the node before anything asks for them.
  package var preloadedImages = [
    "coredns/coredns:1.10.1", "calico/node:v3.28.1", "calico/kube-controllers:v3.28.1",
    "cdkbot/hostpath-provisioner:1.5.0",
  ]
  /// A PostgreSQL container starts on the data of another major version. False, as it is; the captures' containers were stand-ins
  /// that kept no data, so that their updates from 15 to 16 succeed.
  package var acceptsForeignData = false
  /// A session file's time between the end of its setup and its time 0.
  package var idle: Interval = .zero
  /// The cluster's invariants are checked while the session runs.
  package var checksInvariants = false
  /// The kubelet is a process of the machine that can be stopped; its number is kept in this file, if the name is not empty.
  package var kubeletProcess: String?
  /// See `NodeProfile.looksOnceMore`; nil for the profile's.
  package var looksOnceMore: Bool?
  /// The recorder's limit for one block, in virtual time.
  package var blockLimit: Interval = .seconds(300)

  package init() {}

  /// What an image uses; the name `node` stands for the node besides its containers.
  package mutating func setUse(_ image: String, _ use: ImageUse) {
    if image == "node" {
      nodeUse = nodeUse.overridden(by: use)
    } else {
      imageUses[image] = use
    }
  }

  /// The machine the conformance captures were taken on: its node, its image cache, its fake runtime's timings.
  package static var capture: SessionSettings {
    var settings = SessionSettings()
    settings.profile = "capture"
    settings.acceptsForeignData = true
    settings.hostname = "microk8s-vm"
    settings.preloadedImages += ["postgres:15-alpine", "busybox:1.36", "busybox", "busybox:1"]
    settings.imageTimings["postgres"] = ImageTiming(
      pull: .seconds(Int64(2)), ready: .milliseconds(2_500), stop: .milliseconds(300))
    settings.imageTimings["nginx"] = ImageTiming(pull: .milliseconds(2_500), stop: .milliseconds(300))
    settings.imageTimings["busybox"] = ImageTiming(pull: .milliseconds(900))
    return settings
  }
}

/// Timings of one image where they differ from the profile's.
package struct ImageTiming {
  package var pull: Interval?
  package var start: Interval?
  package var ready: Interval?
  package var stop: Interval?

  package init(pull: Interval? = nil, start: Interval? = nil, ready: Interval? = nil, stop: Interval? = nil) {
    self.pull = pull
    self.start = start
    self.ready = ready
    self.stop = stop
  }
}
