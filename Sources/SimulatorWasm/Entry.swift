// The door of the browser build: bytes of a session in, bytes of its result out. The host asks for a buffer, fills it, runs,
// and reads the result; memory views must be made anew after each call.

import Simulator

nonisolated(unsafe) private var result: UnsafeMutableBufferPointer<UInt8>?

@_expose(wasm, "ardoise_allocate")
@_cdecl("ardoise_allocate")
public func ardoiseAllocate(_ count: Int) -> UnsafeMutablePointer<UInt8> {
  UnsafeMutablePointer<UInt8>.allocate(capacity: max(count, 1))
}

@_expose(wasm, "ardoise_free")
@_cdecl("ardoise_free")
public func ardoiseFree(_ pointer: UnsafeMutablePointer<UInt8>) {
  pointer.deallocate()
}

/// Plays a session (PRODUCT.md §5) given as JSON. Returns the length of the result.
@_expose(wasm, "ardoise_run")
@_cdecl("ardoise_run")
public func ardoiseRun(_ pointer: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
  let input = Array(UnsafeBufferPointer(start: pointer, count: count))
  let output = SessionPlayer.play(json: input)
  result?.deallocate()
  let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(output.count, 1))
  _ = buffer.initialize(from: output)
  result = buffer
  return output.count
}

@_expose(wasm, "ardoise_result")
@_cdecl("ardoise_result")
public func ardoiseResult() -> UnsafeMutablePointer<UInt8> {
  result!.baseAddress!
}
