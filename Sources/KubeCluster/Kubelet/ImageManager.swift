// The images on a node and the pulling of others: one at a time or in parallel, with back-off after failures.
// Source: `pkg/kubelet/images/image_manager.go`.

import SimKernel
import Unstructured

final class ImageManager {
  private let world: World
  private let profile: NodeProfile
  private let runtime: any ContainerRuntime
  /// By the name a pod spec uses.
  private(set) var present: OrderedMap<String, ImageFacts> = OrderedMap()
  private var queue: [(needed: Instant, start: () -> Void)] = []
  private var isPulling = false

  enum Outcome {
    case pulled(ImageFacts, took: Interval, waited: Interval)
    case failed(message: String)
  }

  init(world: World, profile: NodeProfile, runtime: any ContainerRuntime, preloaded: [String]) {
    self.world = world
    self.profile = profile
    self.runtime = runtime
    for image in preloaded {
      if case .found(let facts) = runtime.resolve(image: image) { present[image] = facts }
    }
  }

  func facts(_ image: String) -> ImageFacts? {
    if let known = present[image] { return known }
    // Another spelling of an image that is there.
    if case .found(let facts) = runtime.resolve(image: image) {
      for (_, other) in present where other.canonicalName == facts.canonicalName { return other }
    }
    return nil
  }

  /// As the node's status lists them: the largest first.
  var listing: [Value] {
    var facts: [ImageFacts] = []
    for (_, image) in present where !facts.contains(where: { $0.canonicalName == image.canonicalName }) {
      facts.append(image)
    }
    var sorted: [ImageFacts] = []
    for image in facts {
      var place = sorted.count
      while place > 0, sorted[place - 1].sizeBytes < image.sizeBytes { place -= 1 }
      sorted.insert(image, at: place)
    }
    var list: [Value] = []
    for image in sorted.prefix(50) {
      list.append([
        "names": [.string(image.imageID), .string(image.canonicalName)], "sizeBytes": .integer(image.sizeBytes),
      ])
    }
    return list
  }

  /// Nil when the reference can be understood.
  func problem(_ image: String) -> String? {
    if case .invalidName(let message) = runtime.resolve(image: image) { return message }
    return nil
  }

  func pull(_ image: String, completion: @escaping (Outcome) -> Void) {
    let asked = world.now
    let start = { [self] in
      let began = world.now
      let isThere = present[image] != nil
      switch runtime.resolve(image: image) {
      case .found(let facts):
        let whole = facts.pullDuration ?? profile.pullDuration
        let took = isThere ? profile.repeatedPull ?? whole : whole
        world.after(took) { [self] in
          present[image] = facts
          next()
          completion(.pulled(facts, took: world.now - began, waited: world.now - asked))
        }
      case .failed(let message, let after):
        world.after(after ?? profile.pullFailure) { [self] in
          next()
          completion(.failed(message: message))
        }
      case .invalidName(let message):
        next()
        completion(.failed(message: message))
      }
    }
    if profile.serializesPulls, isPulling {
      queue.append((asked, start))
    } else {
      isPulling = true
      start()
    }
  }

  private func next() {
    isPulling = false
    guard profile.serializesPulls, !queue.isEmpty else { return }
    isPulling = true
    queue.removeFirst().start()
  }
}
