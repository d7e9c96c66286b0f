// How long things take on a node and between the parts of the control plane. All of it is data: a course can set it, and
// the captures were taken with the values of `.capture`.

package import SimKernel

package struct NodeProfile {
  /// From a change in the store until the controller that watches it acts.
  package var controllerLatency: Interval = .milliseconds(4)
  /// From a pod without a node until it is bound.
  package var schedulingLatency: Interval = .milliseconds(5)
  /// From the binding until the kubelet's first status.
  package var kubeletLatency: Interval = .milliseconds(11)
  /// Volumes mounted and the sandbox asked for, after the first status.
  package var mountDuration: Interval = .milliseconds(290)
  package var sandboxStart: Interval = .milliseconds(250)
  package var sandboxStop: Interval = .milliseconds(80)
  /// From the sandbox with its address to the start of the first container (image present).
  package var containerStart: Interval = .milliseconds(10)
  /// Registry answer for an image whose facts do not give a pull duration, and for one that does not exist.
  package var pullDuration: Interval = .milliseconds(2_500)
  package var pullFailure: Interval = .milliseconds(1_200)
  package var serializesPulls = true
  /// Pulling an image that has arrived meanwhile; nil when it takes as long as the first time.
  package var repeatedPull: Interval?
  /// The kubelet looks at the runtime once per period, on a fixed grid; status follows it.
  package var relistPeriod: Interval = .seconds(Int64(1))
  package var relistPhase: Interval = .milliseconds(500)
  /// From the last container's end to the kubelet's terminal status, after the sandbox has gone.
  package var terminalStatusDelay: Interval = .milliseconds(10)
  /// A pod whose sync failed is looked at again after this.
  package var failedSyncPeriod: Interval = .milliseconds(13_000)
  package var containerBackOff: Interval = .seconds(Int64(10))
  package var containerBackOffMax: Interval = .seconds(Int64(300))
  package var imageBackOff: Interval = .seconds(Int64(10))
  package var imageBackOffMax: Interval = .seconds(Int64(300))
  /// The hostpath provisioner looks at its helper pods this often.
  package var provisionerPeriod: Interval = .seconds(Int64(5))
  /// Calico patches the pod's annotations when its network comes up and goes down.
  package var patchesAnnotations = true
  /// Where annotations are patched, a pod worker may or may not be woken once more after a container's start (a race of two
  /// events of one relist): if so, readiness is asked for a second later.
  package var looksOnceMore = true
  /// First three bytes of the pod network, with the dot.
  package var podNetwork = "10.1.254."

  package init() {}

  /// The rig the captures were taken with.
  package static let capture = NodeProfile()

  /// A small virtual machine with MicroK8s: slower sandboxes and starts than the rig's fake runtime.
  package static let microk8s: NodeProfile = {
    var profile = NodeProfile()
    profile.mountDuration = .milliseconds(320)
    profile.sandboxStart = .milliseconds(420)
    profile.sandboxStop = .milliseconds(150)
    profile.containerStart = .milliseconds(180)
    profile.pullDuration = .milliseconds(4_800)
    profile.pullFailure = .milliseconds(1_400)
    profile.serializesPulls = false
    profile.repeatedPull = .milliseconds(900)
    return profile
  }()
}
