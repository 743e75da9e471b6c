import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'

/** What a server does with a connection on which a request has come in: it writes whatever it likes, byte for byte. */
export type Behaviour = (socket: Socket, request: string) => void

/** A server that speaks no HTTP of its own: it answers as `behave` writes, once it has the head of a request. */
export async function rawServer(behave: Behaviour): Promise<{ url: string; close(): void }> {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    let head = ''
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
    socket.on('data', (data) => {
      head += data.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (head.length < end + 4 + length) return
      const request = head
      head = ''
      behave(socket, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

/** The head of an answer; `x-amzn-requestid` is what tells one of AWS. */
export function head(status = '200 OK', headers: Record<string, string> = {}): string {
  const all = { 'x-amzn-requestid': '1', ...headers }
  return `HTTP/1.1 ${status}\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`
}

/** Writes the same for ever, as fast as it is taken. */
export function flood(socket: Socket, piece: string): void {
  const more = () => {
    while (!socket.destroyed && socket.write(piece)) {}
  }
  socket.on('drain', more)
  more()
}

/** Writes a byte now and then, for ever. */
export function drip(socket: Socket, byte: string, everyMs = 10): void {
  const timer = setInterval(() => socket.write(byte), everyMs)
  socket.on('close', () => clearInterval(timer))
}
