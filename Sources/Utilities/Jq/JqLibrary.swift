// The functions of jq 1.7.1: those the machine runs itself, those that are one Swift function, and those that are shortest in jq,
// written here as the manual describes them and read when a program first uses one. What exists and is not modelled is listed
// too, so that a program that uses it is told so.

final class JqLibrary {
  enum Entry {
    case function(JqFunction)
    case native(JqNative)
    case notSimulated
  }

  private let natives = JqLibrary.machine + jqFunctions
  private var counter = 0
  private var functions: [String: JqFunction] = [:]
  private var open: Set<String> = []

  func fresh() -> Int {
    counter += 1
    return counter
  }

  func find(_ name: String, _ arity: Int) -> Entry? {
    for native in natives where native.arity == arity && native.name == name { return .native(native) }
    let key = JqParser.key(name, arity)
    if let function = functions[key] { return .function(function) }
    for definition in JqLibrary.definitions where definition.key == key {
      guard !open.contains(key) else { return nil }
      open.insert(key)
      let function = JqParser.parseDefinition(definition.text, self)
      open.remove(key)
      guard let function else { return nil }
      functions[key] = function
      return .function(function)
    }
    return JqLibrary.unmodelled.contains(key) ? .notSimulated : nil
  }

  /// Every function, as `builtins` lists them.
  static var names: [String] {
    var names: [String] = []
    for native in machine { names.append(JqParser.key(native.name, native.arity)) }
    for native in jqFunctions where native.name.utf8.first != 95 {
      names.append(JqParser.key(native.name, native.arity))
    }
    for definition in definitions where definition.key.utf8.first != 95 { names.append(definition.key) }
    names += unmodelled.sorted { compareBytes($0, $1) < 0 }
    return names
  }

  private static var machine: [JqNative] {
    [
      JqNative(name: "empty", arity: 0, kind: .empty),
      JqNative(name: "error", arity: 0, kind: .error),
      JqNative(name: "error", arity: 1, kind: .error),
      JqNative(name: "path", arity: 1, kind: .path),
      JqNative(name: "getpath", arity: 1, kind: .getPath),
      JqNative(name: "range", arity: 2, kind: .range),
      JqNative(name: "input", arity: 0, kind: .input),
      JqNative(name: "debug", arity: 0, kind: .debug),
      JqNative(name: "stderr", arity: 0, kind: .standardError),
      JqNative(name: "halt", arity: 0, kind: .halt),
      JqNative(name: "halt_error", arity: 0, kind: .haltError),
      JqNative(name: "halt_error", arity: 1, kind: .haltError),
      JqNative(name: "env", arity: 0, kind: .environment),
      JqNative(name: "input_filename", arity: 0, kind: .inputName),
      JqNative(name: "input_line_number", arity: 0, kind: .inputLine),
      JqNative(name: "now", arity: 0, kind: .now),
      JqNative(name: "builtins", arity: 0, kind: .builtins),
      JqNative(name: "recurse", arity: 0, kind: .recurse),
      JqNative(name: "limit", arity: 2, kind: .limit),
    ]
  }

  private static let unmodelled: Set<String> = [
    "drem/2", "erf/0", "erfc/0", "frexp/0", "gamma/0", "get_jq_origin/0", "get_prog_origin/0",
    "j0/0", "j1/0", "jn/2", "ldexp/2", "lgamma/0", "lgamma_r/0", "modulemeta/0",
    "nextafter/2", "nexttoward/2", "remainder/2", "scalb/2", "scalbln/2", "significand/0", "tgamma/0", "y0/0", "y1/0",
    "yn/2", "get_search_list/0", "logb/0", "fma/3", "expm1/0", "log1p/0",
  ]

  private static let definitions: [(key: String, text: String)] = {
    var all: [(key: String, text: String)] = []
    for line in source.split(separator: "\n" as Character) {
      // `def name(a; b): …` is name/2.
      let bytes = Array(line.utf8)
      var end = 4
      while end < bytes.count, isAlphanumeric(bytes[end]) || bytes[end] == 95 { end += 1 }
      var arity = 0
      if end < bytes.count, bytes[end] == 40 {
        arity = 1
        var i = end
        while bytes[i] != 41 {
          if bytes[i] == 59 { arity += 1 }
          i += 1
        }
      }
      all.append((JqParser.key(String(bytes: bytes[4..<end]), arity), String(line)))
    }
    return all
  }()

  /// One definition a line.
  private static let source = """
    def map(f): [.[] | f];
    def select(f): if f then . else empty end;
    def map_values(f): .[] |= f;
    def recurse(f): def walk_down: ., (f | walk_down); walk_down;
    def recurse(f; cond): def walk_down: ., (f | select(cond) | walk_down); walk_down;
    def values: select(. != null);
    def nulls: select(. == null);
    def booleans: select(type == "boolean");
    def numbers: select(type == "number");
    def strings: select(type == "string");
    def arrays: select(type == "array");
    def objects: select(type == "object");
    def iterables: select(type == "array" or type == "object");
    def scalars: select(type != "array" and type != "object");
    def finites: select(isfinite);
    def normals: select(isnormal);
    def isfinite: type == "number" and (isinfinite | not);
    def first: .[0];
    def last: .[-1];
    def nth($n): .[$n];
    def first(f): label $done | (f | ., break $done);
    def last(f): reduce f as $x (null; $x);
    def nth($n; f): if $n < 0 then error("nth doesn't support negative indices") else label $done | foreach f as $x ($n + 1; . - 1; if . <= 0 then $x, break $done else empty end) end;
    def until(cond; next): def again: if cond then . else next | again end; again;
    def while(cond; update): def again: if cond then ., (update | again) else empty end; again;
    def repeat(f): def again: ., (f | again); again;
    def range($n): range(0; $n);
    def range($from; $to; $by): if $by > 0 then $from | while(. < $to; . + $by) elif $by < 0 then $from | while(. > $to; . + $by) else empty end;
    def isempty(f): label $done | ((f | false, break $done), true);
    def any(f; cond): isempty(first(f | cond | select(.))) | not;
    def all(f; cond): isempty(first(f | cond | select(. | not)));
    def any(cond): any(.[]; cond);
    def all(cond): all(.[]; cond);
    def any: any(.[]; .);
    def all: all(.[]; .);
    def in(xs): . as $x | xs | has($x);
    def inside(xs): . as $x | xs | contains($x);
    def IN(s): any(s == .; .);
    def IN(source; s): any(source == s; .);
    def INDEX(stream; key): reduce stream as $row ({}; .[$row | key | tostring] |= $row);
    def INDEX(key): INDEX(.[]; key);
    def JOIN($index; key): [.[] | [., $index[key]]];
    def JOIN($index; stream; key): stream | [., $index[key]];
    def JOIN($index; stream; key; join): stream | [., $index[key]] | join;
    def add: reduce .[] as $x (null; . + $x);
    def del(f): delpaths([path(f)]);
    def pick(f): . as $top | reduce path(f) as $p (null; setpath($p; $top | getpath($p)));
    def paths: path(..) | select(length > 0);
    def paths(cond): path(.. | select(cond)) | select(length > 0);
    def to_entries: [keys_unsorted[] as $k | {key: $k, value: .[$k]}];
    def from_entries: map({(.key // .Key // .name // .Name): (if has("value") then .value else .Value end)}) | add // {};
    def with_entries(f): to_entries | map(f) | from_entries;
    def sort_by(f): _sort_by(map([f]));
    def group_by(f): _group_by(map([f]));
    def unique_by(f): [group_by(f)[] | .[0]];
    def min_by(f): _min_by(map([f]));
    def max_by(f): _max_by(map([f]));
    def reverse: [.[length - 1 - range(0; length)]];
    def unique: group_by(.) | map(.[0]);
    def join($glue): reduce .[] as $x (null; (if . == null then "" else . + $glue end) + ($x | if type == "boolean" or type == "number" then tostring else . // "" end)) // "";
    def flatten($depth): if $depth < 0 then error("flatten depth must not be negative") else _flatten($depth) end;
    def flatten: _flatten(-1);
    def _flatten($depth): reduce .[] as $x ([]; if ($x | type) == "array" and $depth != 0 then . + ($x | _flatten($depth - 1)) else . + [$x] end);
    def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $rest | [$x] + $rest end;
    def combinations(n): . as $set | [range(n) | $set] | combinations;
    def transpose: [range(0; map(length) | max // 0) as $i | [.[][$i]]];
    def walk(f): def inner: if type == "object" then map_values(inner) elif type == "array" then map(inner) else . end | f; inner;
    def tostream: path(def deep: (.[]? | deep), .; deep) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);
    def fromstream(f): {x: null, e: false} as $fresh | foreach f as $i ($fresh; (if .e then $fresh else . end) | if ($i | length) == 2 then setpath(["e"]; ($i[0] | length) == 0) | setpath(["x"] + $i[0]; $i[1]) else setpath(["e"]; ($i[0] | length) == 1) end; if .e then .x else empty end);
    def truncate_stream(stream): . as $n | null | stream | . as $input | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;
    def index($i): indices($i) | .[0];
    def rindex($i): indices($i) | .[-1:][0];
    def ascii_downcase: explode | map(if 65 <= . and . <= 90 then . + 32 else . end) | implode;
    def ascii_upcase: explode | map(if 97 <= . and . <= 122 then . - 32 else . end) | implode;
    def abs: if . < 0 then - . else . end;
    def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
    def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");
    def fromdate: fromdateiso8601;
    def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
    def inputs: def more: (try input catch (if . == "break" then empty else error end)) | ., more; more;
    def debug(f): (f | debug | empty), .;
    def match(re; flags): _match(re; flags; false) | .[];
    def match($val): ($val | type) as $t | if $t == "string" then match($val; null) elif $t == "array" and ($val | length) > 1 then match($val[0]; $val[1]) elif $t == "array" and ($val | length) > 0 then match($val[0]; null) else error($t + " not a string or array") end;
    def test(re; flags): _match(re; flags; true);
    def test($val): ($val | type) as $t | if $t == "string" then test($val; null) elif $t == "array" and ($val | length) > 1 then test($val[0]; $val[1]) elif $t == "array" and ($val | length) > 0 then test($val[0]; null) else error($t + " not a string or array") end;
    def capture(re; flags): match(re; flags) | [.captures[] | select(.name != null) | {(.name): .string}] | add // {};
    def capture($val): ($val | type) as $t | if $t == "string" then capture($val; null) elif $t == "array" and ($val | length) > 1 then capture($val[0]; $val[1]) elif $t == "array" and ($val | length) > 0 then capture($val[0]; null) else error($t + " not a string or array") end;
    def scan($re; $flags): match($re; "g" + $flags) | if (.captures | length) > 0 then [.captures[].string] else .string end;
    def scan($re): scan($re; null);
    def splits($re; flags): . as $text | [match($re; "g" + flags) | .offset, .offset + .length] as $ends | ([0] + $ends + [$text | length]) as $all | range(0; $all | length; 2) as $i | $text[$all[$i]:$all[$i + 1]];
    def splits($re): splits($re; null);
    def split($re; flags): [splits($re; flags)];
    def sub($re; s; $flags): . as $in | (reduce match($re; $flags) as $edit ({result: [], previous: 0}; $in[.previous:($edit | .offset)] as $gap | [$edit | [.captures[] | select(.name != null) | {(.name): .string}] | add // {} | s] as $inserts | reduce range(0; $inserts | length) as $i (.; .result[$i] += $gap + $inserts[$i]) | .previous = ($edit | .offset + .length)) | .result[] + $in[.previous:]) // $in;
    def sub($re; s): sub($re; s; "");
    def gsub($re; s; flags): sub($re; s; flags + "g");
    def gsub($re; s): sub($re; s; "g");
    def bsearch($target): _bsearch($target);
    """
}
