import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const SERVER = fileURLToPath(new URL('./server.js', import.meta.url))

/** Gives the local AWS, in a process of its own, to a body, and ends it whatever happens. */
export async function withSandbox(body) {
  const child = fork(SERVER, { serialization: 'advanced' })
  /** @param {string} action of the server @returns what it answered */
  const ask = (action, options) =>
    new Promise((resolve, reject) => {
      child.once('message', ({ answer, error }) => (error === undefined ? resolve(answer) : reject(new Error(error))))
      child.send({ action, options })
    })
  try {
    return await body(ask)
  } finally {
    child.kill()
  }
}
