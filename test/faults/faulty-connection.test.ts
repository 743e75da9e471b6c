import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { describeWith, type MotoServer, startMoto } from '../support/external.ts'
import { faultAnswer, seeded, startProxy } from '../support/faulty-proxy.ts'
import { program } from '../support/program.ts'
import { THIRD } from '../support/share.ts'

const FAULTS = ['throttle', '503', 'reset'] as const
const SHARE = 0.3

describeWith(['moto_server'], 'against moto, through a connection on which 30 % of the calls fail', () => {
  let moto: MotoServer
  beforeAll(async () => {
    moto = await startMoto()
  })
  afterAll(() => moto?.stop())

  test.each(THIRD.of([1, 2, 3]))(
    'setup, status and cleanup all succeed (seed %d)',
    async (seed) => {
      const random = seeded(seed)
      const told = { calls: 0, failed: 0 }
      const proxy = await startProxy(moto.url, (request, forward) => {
        told.calls += 1
        if (random() >= SHARE) return forward()
        told.failed += 1
        return faultAnswer(FAULTS[Math.floor(random() * FAULTS.length)] ?? 'reset', request)
      })
      const monitor = (...args: string[]) =>
        program([...args, '--json'], {
          env: {
            AWS_ACCESS_KEY_ID: 'test',
            AWS_SECRET_ACCESS_KEY: 'test',
            AWS_REGION: 'us-east-1',
            AWS_ENDPOINT_URL: proxy.url,
          },
        })
      try {
        for (const line of [
          ['setup', '--yes'],
          ['status', '--exit-code'],
          ['cleanup', '--yes'],
        ]) {
          const { code, stdout, stderr } = await monitor(...line)
          expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' })
          expect(JSON.parse(stdout)).toMatchObject({ ok: true })
        }
        expect(told.failed / told.calls).toBeGreaterThan(SHARE / 2)
        process.stderr.write(`faulty connection, seed ${seed}: ${told.failed} of ${told.calls} calls failed\n`)
      } finally {
        await proxy.close()
      }
    },
    180_000,
  )
})
