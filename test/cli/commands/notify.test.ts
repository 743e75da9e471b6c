import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { playDay } from '../../../src/cli/commands/sandbox/traffic.ts'
import { lastHours } from '../../../src/report/window.ts'
import { inFolder } from '../../support/folder.ts'
import { recordLine } from '../../support/invocation-records.ts'
import { type Reply, webhook } from '../../support/webhook.ts'
import { onSandbox } from './on-sandbox.ts'

const { run, sandbox } = onSandbox()
const SECRET = 'sEcReT'
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:bedrock-usage-alerts'

let hook: Awaited<ReturnType<typeof webhook>>
const opened = async (...replies: Reply[]) => {
  hook?.close()
  hook = await webhook(...replies)
}
beforeEach(() => opened())
afterEach(() => hook.close())

const play = () => playDay(sandbox(), 3, lastHours(Date.now(), 3))
const posted = () => hook.got.map(({ body }) => JSON.parse(body))
const here = (path = 'own') => `${hook.url}/${path}/${SECRET}`

describe('--notify', () => {
  test('tells what a report cost, of what, and what to run; the result is the same', async () => {
    play()
    const { code, stdout, stderr } = await run(`report --json --notify ${here()}`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { total, groups } = JSON.parse(stdout)
    const [message, ...others] = posted()
    expect(others).toEqual([])
    expect(message).toMatchObject({ command: 'report', ok: true, schemaVersion: 1 })
    expect(message.title).toContain(`Amazon Bedrock: at least $${total.costUsd.toFixed(2)}`)
    expect(message.lines.join('\n')).toContain(`Most expensive: claude-sonnet-4-5 $${groups[0].costUsd.toFixed(2)}`)
    expect(message.lines.join('\n')).toMatch(/Account 111122223333 · us-east-1 · \d{4}-/)
    const again = await run(message.next.replace('bedrock-monitor ', ''))
    expect(again.code).toBe(0)
  })

  test('tells the change where windows are compared', async () => {
    play()
    await run(`report --last 1h --compare previous --notify ${here()}`)
    expect(posted()[0].title).toMatch(/, last hour, [+-]\$[\d.]+/)
    expect(posted()[0].lines.join('\n')).toMatch(/^Change: [+-]/m)
  })

  test('by day and hour, a time is named once, and the command that says more compares, too', async () => {
    play()
    await run(`report --last 2h --by day,hour --compare previous --notify ${here()}`)
    const [{ lines, next }] = posted()
    expect(lines.join('\n')).toMatch(/^Most expensive: [\d-]{10} [\d:]{5} at least \$/m)
    expect(next).toMatch(/ --by day,hour --compare previous --region us-east-1$/)
  })

  test('of a part, the command that says more is of that part', async () => {
    play()
    await run(`report --last 1h --where model=*nova* --notify ${here()}`)
    expect(posted()[0].next).toMatch(/ --by model --where 'model=\*nova\*' --region us-east-1$/)
    expect(posted()[0].lines.join('\n')).not.toContain('claude')
  })

  test('a gate that does not hold is told first, and its exit code stays', async () => {
    play()
    await opened(404)
    const { code, stderr } = await run(`report --fail-over-usd 0.01 --allow-unpriced --notify ${here()}`)
    expect(code).toBe(3)
    expect(posted()[0]).toMatchObject({ ok: false, title: expect.stringMatching(/^Problem: Amazon Bedrock/) })
    expect(posted()[0].lines[0]).toMatch(/over --fail-over-usd 0\.01$/)
    expect(stderr).toContain('HTTP 404')
  })

  test('a message that does not arrive makes exit code 5, with the result out', async () => {
    play()
    await opened(404)
    const { code, stdout, stderr } = await run(`report --notify slack:${here()}`)
    expect(code).toBe(5)
    expect(stdout).toContain('claude-sonnet-4-5')
    expect(stderr).toMatch(/^error: could not notify Slack \(127\.0\.0\.1:\d+\): HTTP 404$/m)
  })

  test.each(['report', 'doctor', 'alarms', 'reconcile'])(
    '%s --notify-when is refused where nobody is named',
    async (command) => {
      const { code, stderr } = await run(`${command} --notify-when problem`)
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--notify-when goes with --notify') })
    },
  )

  test('--notify-when problem keeps quiet while all is well', async () => {
    play()
    expect((await run(`report --notify-when problem --notify ${here()}`)).code).toBe(0)
    expect(hook.got).toEqual([])
    expect((await run(`report --max-error-rate 0 --notify-when problem --notify ${here()}`)).code).toBe(3)
    expect(posted()[0].next).toMatch(/^bedrock-monitor (query errors-by-code|report) --since /)
  })

  test('a command that fails is told, too; one that was typed wrong is not', async () => {
    sandbox().faults.push({ kind: 'expired-token', count: 1_000, service: 'sts' })
    const { code } = await run(`report --notify ${here()}`)
    expect(code).toBe(4)
    expect(posted()).toMatchObject([{ ok: false, title: 'Problem: bedrock-monitor report failed' }])
    expect((await run(`report --last 1h --hours 3 --notify ${here()}`)).code).toBe(2)
    expect(hook.got).toHaveLength(1)
  })

  test('names that come from outside are no mention, no link and no second line', async () => {
    const lines = ['<!channel> & <https://evil.example|x>', 'a\n@here'].map((model) => recordLine({ model }))
    await inFolder({ 'a.jsonl': `${lines.join('\n')}\n` }, async (path) => {
      const { code } = await run(`report --offline --source file:${path} --notify slack:${here()}`)
      expect(code).toBe(0)
    })
    const said = JSON.stringify(posted()[0])
    expect(said).toContain('<!channel> & <https://example|x>')
    const marked = posted()[0].blocks.filter(({ text }: { text: { type: string } }) => text.type !== 'plain_text')
    expect(JSON.stringify([posted()[0].text, marked])).not.toMatch(/[<>]|@here/)
  })

  test('doctor, alarms and reconcile tell theirs', async () => {
    await run('setup --yes')
    play()
    sandbox().services.cloudwatch.evaluateAlarms(Date.now())
    expect((await run(`doctor --notify ${here()}`)).code).toBe(3)
    expect((await run(`alarms --notify ${here()}`)).code).toBe(0)
    expect((await run(`reconcile --notify ${here()}`)).code).toBe(0)
    const [doctor, alarms, reconcile] = posted()
    expect(doctor).toMatchObject({
      command: 'doctor',
      ok: false,
      title: expect.stringMatching(/monitoring: 1 problem/),
    })
    expect(doctor.lines[0]).toMatch(/nobody is subscribed/)
    expect(doctor.next).toMatch(/^bedrock-monitor setup/)
    // Those on spend and quotas, of models that came into use after the setup.
    expect(alarms.title).toMatch(/Bedrock alarms: (?:\d+|none) of \d+ in ALARM, 6 missing$/)
    expect(alarms.lines.join('\n')).toContain('Missing: Bedrock-HighSpend (us-east-1)')
    expect(reconcile.title).toMatch(/bill \$[\d.]+, estimate \$[\d.]+, difference/)
    expect((await run(`alarms sync --yes --notify ${here()}`)).code).toBe(2)
  })

  test('of several accounts, each that is wrong is named', async () => {
    await run(`doctor --accounts 111122223333,222233334444 --notify ${here()}`)
    const [message] = posted()
    expect(message.ok).toBe(false)
    expect(message.lines.join('\n')).toMatch(/^222233334444: /m)
  })

  test('a topic of SNS gets a subject and text; twice the same address is one message', async () => {
    await run('setup --yes --only alarms')
    play()
    const { code } = await run(`report --notify sns:${TOPIC},sns:${TOPIC}`)
    expect(code).toBe(0)
    const [message, ...others] = sandbox().services.sns.published
    expect(others).toEqual([])
    expect(message?.topicArn).toBe(TOPIC)
    expect(message?.subject).toMatch(/^Amazon Bedrock: at least \$[\d.]+, [\x20-\x7e]+$/)
    expect(message?.message).toContain('Most expensive: claude-sonnet-4-5')
  })

  test.each([
    ['throttled', { kind: 'throttle', count: 2 }, 0, 1],
    ['throttled for a while', { kind: 'throttle', seconds: 0.3 }, 0, 1],
    ['answered with 500 for a while', { kind: '500', seconds: 0.1 }, 0, 1],
    ['answered with 503 always', { kind: '503', count: 1_000 }, 5, 0],
    ['cut off before it is done', { kind: 'reset', count: 1 }, 5, 0],
    ['done, but its answer lost', { kind: 'reset', when: 'after', count: 1 }, 5, 1],
    ['answered by something that is not AWS', { kind: 'malformed', count: 1 }, 5, 0],
    ['made with a token that has expired', { kind: 'expired-token', count: 1_000 }, 5, 0],
    ['refused', { kind: 'access-denied', count: 1_000 }, 5, 0],
  ] as const)(
    'what a call to SNS that is %s is about arrives once, or not at all',
    async (_title, fault, code, times) => {
      await run('setup --yes --only alarms')
      sandbox().faults.push({ ...fault, service: 'sns', operation: 'Publish' })
      const ended = await run(`report --notify sns:${TOPIC}`)
      expect({ code: ended.code, times: sandbox().services.sns.published.length }).toEqual({ code, times })
      if (fault.kind === 'access-denied') expect(ended.stderr).toContain('allow sns:Publish')
    },
  )

  test('permissions allow to publish where that is asked, and there alone', async () => {
    const { stdout } = await run(`permissions report --notify sns:${TOPIC}`)
    const granted = JSON.parse(stdout).Statement.filter(({ Action }: { Action: string[] }) =>
      Action.includes('sns:Publish'),
    )
    expect(granted).toMatchObject([{ Action: ['sns:Publish'], Resource: [TOPIC] }])
    expect((await run('permissions report')).stdout).not.toContain('sns:Publish')
    expect((await run(`permissions cleanup --notify sns:${TOPIC}`)).code).toBe(2)
  })
})

describe('an address in the configuration file', () => {
  const inConfig = (notify: object, body: (path: string) => Promise<void>) =>
    inFolder({ 'bedrock-monitor.json': JSON.stringify({ notify }) }, body)

  test('goes by its name, with what is secret in a variable', async () => {
    play()
    await inConfig({ daily: 'slack:$HOOK' }, async (cwd) => {
      expect((await run('report', { cwd })).code).toBe(0)
      expect(hook.got).toEqual([])
      const { code } = await run('report --notify daily', { cwd, env: { HOOK: here('services') } })
      expect(code).toBe(0)
      expect(hook.got.map(({ path }) => path)).toEqual([`/services/${SECRET}`])
    })
  })

  test('a name or a variable that there is not is told before anything is asked', async () => {
    await inConfig({ daily: 'slack:$HOOK' }, async (cwd) => {
      const unset = await run('report --notify daily', { cwd })
      expect([unset.code, unset.stdout]).toEqual([2, ''])
      expect(unset.stderr).toContain('--notify slack:$HOOK: the variable HOOK is not set')
      const unknown = await run('report --notify weekly', { cwd })
      expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('pass one of daily')])
      expect(sandbox().calls).toEqual([])
    })
  })

  test('nothing of it is ever shown', async () => {
    const url = here('services')
    await inConfig({ daily: `slack:${url}`, wrong: `http://example.com/${SECRET}` }, async (cwd) => {
      const lines = ['config show', 'config show --json', 'config check', 'report --notify daily --debug']
      for (const line of lines) {
        const { stdout, stderr } = await run(line, { cwd })
        expect({ line, leaks: `${stdout}${stderr}`.includes(SECRET) }).toEqual({ line, leaks: false })
      }
      await writeFile(join(cwd, 'bedrock-monitor.json'), JSON.stringify({ notify: { daily: `slack:${url}` } }))
      await opened('reset')
      const text = JSON.stringify({ notify: { daily: `slack:${here('services')}` } })
      await writeFile(join(cwd, 'bedrock-monitor.json'), text)
      const { code, stdout, stderr } = await run('report --notify daily --debug --json', { cwd })
      expect(code).toBe(5)
      expect(hook.got).toHaveLength(1)
      expect(`${stdout}${stderr}`).not.toContain(SECRET)
      expect(await readFile(join(cwd, 'bedrock-monitor.json'), 'utf8')).toBe(text)
    })
  })
})

test.each([
  `slack:hooks.slack.com/services/${SECRET}`,
  `http://example.com/${SECRET}`,
  `slcak:https://hooks.slack.com/${SECRET}`,
  `sns:arn:aws:sqs:us-east-1:111122223333:${SECRET}`,
])('what is no address (%#) is told without a word of it', async (address) => {
  for (const more of ['', ' --json', ' --debug']) {
    const { code, stdout, stderr } = await run(`report --notify ${address}${more}`)
    expect(code).toBe(2)
    expect(`${stdout}${stderr}`).toContain('--notify')
    expect(`${stdout}${stderr}`).not.toContain(SECRET)
  }
})
