import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openSandbox, readFaults } from '../../../../src/cli/commands/sandbox/traffic.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('a port that is taken is told of, with what helps', async () => {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  await expect(openSandbox({ port, region: 'us-east-1', faults: [] })).rejects.toMatchObject({
    kind: 'failed',
    code: 'EADDRINUSE',
    message: `the sandbox cannot listen on port ${port}: it is taken`,
    hint: expect.stringContaining('another --port'),
  })
  await new Promise((closed) => server.close(closed))
})

test.each([
  ['no JSON', '[', /JSON/],
  ['no list', '{}', /must be a list/],
  ['an unknown kind', '[{"kind":"gremlin"}]', /faults\[0\] needs a kind/],
])('a file with %s is refused by name', async (_title, text, why) => {
  const file = join(folder, 'faults.json')
  await writeFile(file, text)
  const refused = readFaults(file)
  await expect(refused).rejects.toMatchObject({ kind: 'usage', message: expect.stringMatching(why) })
  await expect(refused).rejects.toThrow(`--faults ${file}: `)
})

test('so is one that is not there', async () => {
  const none = join(folder, 'none.json')
  await expect(readFaults(none)).rejects.toThrow(`--faults ${none}: there is no such file`)
  await expect(readFaults(folder)).rejects.toThrow(`--faults ${folder}: it is a folder`)
})
