// What a client can say beside the object of a request, and what it gets back.

package import Unstructured

package enum FieldValidation {
  case strict
  case warn
  case ignore
}

package struct WriteOptions {
  package var dryRun: Bool
  package var fieldManager: String
  package var fieldValidation: FieldValidation
  /// For server-side apply: take over fields that other managers own.
  package var force: Bool

  package init(
    dryRun: Bool = false, fieldManager: String = "kube-controller-manager", fieldValidation: FieldValidation = .ignore,
    force: Bool = false
  ) {
    self.dryRun = dryRun
    self.fieldManager = fieldManager
    self.fieldValidation = fieldValidation
    self.force = force
  }
}

package struct WriteResult {
  package let object: Value
  /// `Warning:` headers of the answer, without the prefix.
  package let warnings: [String]
  /// True when an apply or update made the object.
  package let created: Bool
  /// False when the write left the object as it was.
  package let changed: Bool
}

package enum PropagationPolicy {
  case background
  case foreground
  case orphan
}

package struct DeleteOptions {
  /// Nil means the object's own default.
  package var gracePeriodSeconds: Int64?
  package var propagation: PropagationPolicy
  /// Preconditions: the delete is refused when the stored object has another.
  package var uid: String?
  package var resourceVersion: String?
  package var dryRun: Bool

  package init(
    gracePeriodSeconds: Int64? = nil, propagation: PropagationPolicy = .background, uid: String? = nil,
    resourceVersion: String? = nil, dryRun: Bool = false
  ) {
    self.gracePeriodSeconds = gracePeriodSeconds
    self.propagation = propagation
    self.uid = uid
    self.resourceVersion = resourceVersion
    self.dryRun = dryRun
  }
}

package struct ObjectList {
  package let items: [Value]
  package let resourceVersion: Int64
}
