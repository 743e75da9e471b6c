import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeAwsChunked, decodeBody } from '../../../src/sandbox/http/body.ts'

function chunked(chunks: Uint8Array[], signature: string): Buffer {
  const parts = [...chunks, new Uint8Array()].flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}${signature}\r\n`),
    chunk,
    Buffer.from(chunk.length > 0 ? '\r\n' : ''),
  ])
  return Buffer.concat([...parts, Buffer.from('x-amz-checksum-crc32:AAAAAA==\r\n\r\n')])
}

describe('aws-chunked', () => {
  test('gives back every byte, however it was cut, signed or not', () => {
    const chunk = fc.uint8Array({ minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(fc.array(chunk), fc.constantFrom('', ';chunk-signature=00ff'), (chunks, signature) => {
        expect(Buffer.from(decodeAwsChunked(chunked(chunks, signature)))).toEqual(Buffer.concat(chunks))
      }),
    )
  })

  test('is told by the encoding or by the payload hash', () => {
    const body = chunked([Buffer.from('abc')], '')
    for (const headers of [
      { 'content-encoding': 'aws-chunked' },
      { 'content-encoding': 'gzip, aws-chunked' },
      { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' },
    ]) {
      expect(Buffer.from(decodeBody(body, headers, true)).toString()).toBe('abc')
    }
  })
})

test('gzip is undone for calls and kept for objects', () => {
  const body = gzipSync('{}')
  expect(Buffer.from(decodeBody(body, { 'content-encoding': 'gzip' }, false)).toString()).toBe('{}')
  expect(decodeBody(body, { 'content-encoding': 'gzip' }, true)).toEqual(body)
})
