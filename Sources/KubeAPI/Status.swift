// The API's way of saying no: metav1.Status, with the texts of apimachinery's api/errors.

import SimKernel
package import Unstructured

/// One reason among several why an object is refused (`StatusCause`).
package struct Cause: Equatable {
  /// `FieldValueInvalid`, `FieldValueRequired`, …
  package let reason: String
  /// The detail without the field: `Invalid value: -1: must be greater than or equal to 0`.
  package let message: String
  package let field: String

  package init(reason: String, message: String, field: String) {
    self.reason = reason
    self.message = message
    self.field = field
  }

  /// `spec.replicas: Invalid value: -1: must be …`
  package var text: String { field.isEmpty ? message : field + ": " + message }
}

/// A refusal by the API server.
package struct Status: Error {
  package var code: Int
  /// `NotFound`, `AlreadyExists`, …; empty when the server gives none.
  package var reason: String
  package var message: String
  package var name: String = ""
  package var group: String = ""
  /// `details.kind`: the plural for most reasons, the kind for Invalid.
  package var kind: String = ""
  package var uid: String = ""
  package var causes: [Cause] = []
  /// `Warning:` headers of the answer that refuses, without the prefix.
  package var warnings: [String] = []

  package init(code: Int, reason: String, message: String) {
    self.code = code
    self.reason = reason
    self.message = message
  }

  private init(_ code: Int, _ reason: String, _ message: String, _ kind: Kind, _ name: String) {
    self.init(code: code, reason: reason, message: message)
    self.group = kind.group
    self.kind = kind.plural
    self.name = name
  }

  package static func notFound(_ kind: Kind, _ name: String) -> Status {
    Status(404, "NotFound", "\(kind.qualifiedPlural) \"\(name)\" not found", kind, name)
  }
  package static func alreadyExists(_ kind: Kind, _ name: String) -> Status {
    Status(409, "AlreadyExists", "\(kind.qualifiedPlural) \"\(name)\" already exists", kind, name)
  }
  /// A write whose resourceVersion is no longer the object's, unless another detail is given.
  package static func conflict(
    _ kind: Kind, _ name: String,
    _ detail: String =
      "the object has been modified; please apply your changes to the latest version and try again"
  ) -> Status {
    Status(
      409, "Conflict", "Operation cannot be fulfilled on \(kind.qualifiedPlural) \"\(name)\": \(detail)", kind, name)
  }
  package static func invalid(_ kind: Kind, _ name: String, _ causes: [Cause]) -> Status {
    var texts: [String] = []
    for cause in causes where !texts.contains(cause.text) { texts.append(cause.text) }
    let list = texts.count == 1 ? texts[0] : "[" + texts.joined(separator: ", ") + "]"
    var status = Status(
      code: 422, reason: "Invalid",
      message: "\(kind.group.isEmpty ? kind.kind : kind.kind + "." + kind.group) \"\(name)\" is invalid: \(list)")
    status.group = kind.group
    status.kind = kind.kind
    status.name = name
    status.causes = causes
    return status
  }
  package static func badRequest(_ message: String) -> Status {
    Status(code: 400, reason: "BadRequest", message: message)
  }
  package static func forbidden(_ kind: Kind, _ name: String, _ detail: String) -> Status {
    let subject = name.isEmpty ? "\(kind.qualifiedPlural)" : "\(kind.qualifiedPlural) \"\(name)\""
    return Status(403, "Forbidden", "\(subject) is forbidden: \(detail)", kind, name)
  }
  package static func methodNotAllowed(_ kind: Kind, _ verb: String) -> Status {
    Status(
      405, "MethodNotAllowed", "\(verb) is not supported on resources of kind \"\(kind.qualifiedPlural)\"", kind, "")
  }
  /// A path the server does not serve (a subresource that a kind has not, for instance).
  package static let noSuchResource = Status(
    code: 404, reason: "NotFound", message: "the server could not find the requested resource")
  /// What a JSON patch that cannot be applied gets: the message is apimachinery's generic one for 422.
  package static let unprocessable = Status(
    code: 422, reason: "Invalid", message: "the server rejected our request due to an error in our request")
  /// An Invalid answer about the request body rather than about an object: `The request is invalid: patch: …`.
  package static func invalidPatch(_ value: String, _ detail: String) -> Status {
    var status = Status(
      code: 422, reason: "Invalid",
      message: " \"\" is invalid: patch: Invalid value: \(goQuoted(value)): \(detail)")
    status.causes = [
      Cause(reason: "FieldValueInvalid", message: "Invalid value: \(goQuoted(value)): \(detail)", field: "patch")
    ]
    return status
  }
  package static func internalError(_ message: String) -> Status {
    Status(code: 500, reason: "InternalError", message: "Internal error occurred: \(message)")
  }
  /// An answer of the server that carries neither reason nor a known code (`Error from server: …`).
  package static func unknown(_ message: String) -> Status { Status(code: 500, reason: "", message: message) }

  /// The Status object as the server answers it.
  package var value: Value {
    var details = Value.Object()
    if !name.isEmpty { details["name"] = .string(name) }
    if !group.isEmpty { details["group"] = .string(group) }
    if !kind.isEmpty { details["kind"] = .string(kind) }
    if !uid.isEmpty { details["uid"] = .string(uid) }
    if !causes.isEmpty {
      var list: [Value] = []
      for cause in causes {
        list.append([
          "reason": .string(cause.reason), "message": .string(cause.message), "field": .string(cause.field),
        ])
      }
      details["causes"] = .array(list)
    }
    var status: Value = [
      "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": .string(message),
    ]
    if !reason.isEmpty { status["reason"] = .string(reason) }
    if !details.isEmpty { status["details"] = .object(details) }
    status["code"] = .integer(Int64(code))
    return status
  }
}
