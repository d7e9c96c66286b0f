// libcmark's tree behind a Swift face: the only place that touches C pointers. Positions are libcmark's (1-based lines,
// 1-based byte columns, inclusive ends) and are translated elsewhere.

import CCMark

/// A parsed document; owns the whole tree.
final class CMarkDocument {
  let root: CMarkNode

  init(_ bytes: [UInt8]) {
    let pointer = bytes.withUnsafeBytes { buffer in
      cmark_parse_document(
        buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, CMARK_OPT_SOURCEPOS)
    }
    guard let pointer else { preconditionFailure("libcmark gave no document") }
    root = CMarkNode(pointer: pointer)
  }

  deinit { cmark_node_free(root.pointer) }

  /// All code blocks in document order, without recursion.
  func codeBlocks() -> [CMarkNode] {
    var found: [CMarkNode] = []
    let iterator = cmark_iter_new(root.pointer)
    defer { cmark_iter_free(iterator) }
    while true {
      let event = cmark_iter_next(iterator)
      if event == CMARK_EVENT_DONE { return found }
      guard event == CMARK_EVENT_ENTER, let pointer = cmark_iter_get_node(iterator) else { continue }
      let node = CMarkNode(pointer: pointer)
      if node.kind == CMARK_NODE_CODE_BLOCK { found.append(node) }
    }
  }
}

/// A borrowed node; valid while its document is.
struct CMarkNode {
  let pointer: OpaquePointer

  var kind: cmark_node_type { cmark_node_get_type(pointer) }
  var startLine: Int { Int(cmark_node_get_start_line(pointer)) }
  var startColumn: Int { Int(cmark_node_get_start_column(pointer)) }
  var endLine: Int { Int(cmark_node_get_end_line(pointer)) }
  var endColumn: Int { Int(cmark_node_get_end_column(pointer)) }
  var literal: String { CMarkNode.string(cmark_node_get_literal(pointer)) }
  var info: String { CMarkNode.string(cmark_node_get_fence_info(pointer)) }
  var destination: String { CMarkNode.string(cmark_node_get_url(pointer)) }
  var title: String { CMarkNode.string(cmark_node_get_title(pointer)) }
  var headingLevel: Int { Int(cmark_node_get_heading_level(pointer)) }
  var isOrderedList: Bool { cmark_node_get_list_type(pointer) == CMARK_ORDERED_LIST }
  var listStart: Int { Int(cmark_node_get_list_start(pointer)) }
  var isTightList: Bool { cmark_node_get_list_tight(pointer) != 0 }

  var children: CMarkChildren { CMarkChildren(upcoming: cmark_node_first_child(pointer)) }

  /// All the text below, without recursion: for trees that are too deep to walk.
  var flatText: String {
    var text = ""
    let iterator = cmark_iter_new(pointer)
    defer { cmark_iter_free(iterator) }
    while true {
      let event = cmark_iter_next(iterator)
      if event == CMARK_EVENT_DONE { return text }
      guard event == CMARK_EVENT_ENTER, let inner = cmark_iter_get_node(iterator) else { continue }
      let node = CMarkNode(pointer: inner)
      switch node.kind {
      case CMARK_NODE_TEXT, CMARK_NODE_CODE: text += node.literal
      case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: text += " "
      default: break
      }
    }
  }

  private static func string(_ pointer: UnsafePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
  }
}

struct CMarkChildren: Sequence, IteratorProtocol {
  fileprivate var upcoming: OpaquePointer?

  mutating func next() -> CMarkNode? {
    guard let pointer = upcoming else { return nil }
    upcoming = cmark_node_next(pointer)
    return CMarkNode(pointer: pointer)
  }
}
