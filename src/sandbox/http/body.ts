import type { IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'

export async function readBody(message: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Without `aws-chunked` (signed chunks) and `gzip`. An object that is itself gzip stays as it is. */
export function decodeBody(body: Uint8Array, headers: Readonly<Record<string, string>>, isObject: boolean): Uint8Array {
  const encodings = (headers['content-encoding'] ?? '').split(',').map((encoding) => encoding.trim())
  const chunked = encodings.includes('aws-chunked') || headers['x-amz-content-sha256']?.startsWith('STREAMING-')
  const plain = chunked ? decodeAwsChunked(body) : body
  return encodings.includes('gzip') && !isObject ? gunzipSync(plain) : plain
}

/** `SIZE[;chunk-signature=…]\r\n` and that many bytes, until a size of zero; trailers follow and are not checked. */
export function decodeAwsChunked(body: Uint8Array): Uint8Array {
  const source = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const parts: Uint8Array[] = []
  for (let at = 0; at < source.length; ) {
    const end = source.indexOf('\r\n', at)
    if (end < 0) break
    const size = Number.parseInt(source.toString('latin1', at, end), 16)
    if (!(size > 0)) break
    parts.push(source.subarray(end + 2, end + 2 + size))
    at = end + 2 + size + 2
  }
  return Buffer.concat(parts)
}
