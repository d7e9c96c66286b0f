// Which objects of a kind a list or watch is about: labels and fields, both of which must match.

package import KubeAPI
import Unstructured

package struct Selection {
  package var labels: LabelSelector
  package var fields: FieldSelector?
  private let isEverything: Bool

  package init(labels: LabelSelector = .everything, fields: FieldSelector? = nil) {
    self.labels = labels
    self.fields = fields
    isEverything = labels.isEmpty && fields == nil
  }

  package static let everything = Selection()

  package func matches(_ object: StoredObject) -> Bool {
    if isEverything { return true }
    if !labels.matches(object: object.value) { return false }
    return fields?.matches(object.value) ?? true
  }
}
