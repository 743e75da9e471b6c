import { describe, expect, test } from '@jest/globals'
import { playDay } from '../../../src/cli/commands/sandbox/traffic.ts'
import { interrupted } from '../../../src/core/errors.ts'
import { lastHours } from '../../../src/report/window.ts'
import type { Policy } from '../../../src/sandbox/services/policy.ts'
import { actionsOf } from '../../support/iam-actions.ts'
import { THIRD } from '../../support/share.ts'
import type { RunOptions } from '../run.ts'
import { onSandbox } from './on-sandbox.ts'

const { run, sandbox } = onSandbox()

/** A topic that setup makes. */
const TOPIC = 'sns:arn:aws:sns:us-east-1:111122223333:bedrock-usage-alerts'

const today = () => new Date().toISOString().slice(0, 10)

/** Which policy is for whom, as docs/security.md has it, with every option that makes other calls. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  report: [
    'report',
    'report --region all',
    'report --region us-east-1,eu-west-1 --quotas',
    'report --region all --quotas --offline',
    'report --source logs',
    'report --source logs --region all --by identity,day',
    'report --source s3',
    'report --source s3 --region all --by hour',
    'report --by profile --last 2h --json',
    `report --source bill --by account,model --since ${today()} --until ${today()}`,
    `report --notify ${TOPIC}`,
    'watch --once',
    'watch --once --region all --json',
    'prices',
    'prices nova --region us-east-1,eu-west-1',
  ],
  exporter: ['exporter --listen 127.0.0.1:0', 'exporter --listen 127.0.0.1:0 --region us-east-1,eu-west-1 --by user'],
  reconcile: [
    'reconcile',
    'reconcile --region all --source logs',
    'reconcile --source s3 --offline --json',
    `reconcile --notify ${TOPIC}`,
  ],
  query: [
    'query tokens-by-model',
    'query costliest-requests',
    'query costliest-requests --region all --offline',
    'query requests-by-metadata --key team --model amazon.nova-pro-v1:0',
    'query tokens-by-model --save',
    'query --save --region us-east-1,eu-west-1',
  ],
  status: [
    'status',
    'status --region all',
    'status --json --email ops@example.com --budget-usd 40',
    'alarms',
    'alarms --region all --json',
    `alarms --notify ${TOPIC}`,
  ],
  doctor: [
    'doctor',
    'doctor --region all',
    'doctor --budget-usd 40 --email ops@example.com --json',
    `doctor --notify ${TOPIC}`,
  ],
  // What its tools run.
  mcp: [
    'report --quotas --json',
    `report --source bill --since ${today()} --until ${today()} --json`,
    'reconcile --json',
    'prices nova --json',
    'doctor --json',
    'query tokens-by-model --json',
    'alarms --json',
  ],
  setup: [
    'setup --yes --dry-run --region all',
    'setup --yes --suggest --alarms strict --anomaly --page-once --budget-usd 40 --email ops@example.com',
    'setup --yes --region us-east-1,eu-west-1',
    'alarms sync --yes',
  ],
  cleanup: [
    'cleanup --yes --dry-run --region all',
    'cleanup --yes --keep-data --budget-usd 40',
    'cleanup --yes --include-adopted',
  ],
}

const play = () => playDay(sandbox(), 3, lastHours(Date.now(), 3))

async function policyOf(purpose: string, line: string): Promise<Policy> {
  const settings = line.match(/--(?:budget-usd|email|alarms|notify) \S+|--anomaly|--page-once/g) ?? []
  const { stdout } = await run(['permissions', purpose, '--region us-east-1', ...settings].join(' '))
  return JSON.parse(stdout)
}

/** It goes on until it is interrupted: here, once it has read. */
function untilRead(): RunOptions {
  const stop = new AbortController()
  return {
    signal: stop.signal,
    meanwhile({ stderr }) {
      const look = () => {
        if (!stderr.text.includes('AWS charges')) return
        clearInterval(timer)
        stop.abort(interrupted())
      }
      const timer = setInterval(look, 5)
      timer.unref()
    },
  }
}

describe.each(THIRD.of(Object.keys(LINES)))('permissions %s', (purpose) => {
  test('is enough for its commands, whatever their options', async () => {
    if (purpose !== 'setup') await run('setup --yes --budget-usd 40 --email ops@example.com')
    play()
    for (const line of LINES[purpose] ?? []) {
      const policy = await policyOf(purpose, line)
      const granted = [policy.Statement].flat().flatMap(({ Action = [] }) => Action)
      sandbox().calls.length = 0
      const { code, stderr } = await run(line, purpose === 'exporter' ? untilRead() : {})
      // Doctor finds that nobody has confirmed.
      expect({ line, stderr, code }).toMatchObject({ code: line.startsWith('doctor') ? 3 : 0 })
      const needed = new Set(sandbox().calls.flatMap(actionsOf))
      expect(needed.size).toBeGreaterThan(0)
      expect({ line, lacking: [...needed].filter((action) => !granted.includes(action)).sort() }).toEqual({
        line,
        lacking: [],
      })
    }
  })
})
