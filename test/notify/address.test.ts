import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addressesOf, addressRule, notifyProblems, shownAddress } from '../../src/notify/address.ts'

const SECRET = 'T0AB/B0CD/sEcReT'
const HOOK = `https://hooks.slack.com/services/${SECRET}`
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:daily'

describe('an address', () => {
  test.each([
    [`slack:${HOOK}`, 'Slack (hooks.slack.com)'],
    ['slack:$HOOK', 'Slack (hooks.slack.com)'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it is typed
    ['teams:${HOOK}', 'Teams (hooks.slack.com)'],
    ['https:$HOOK', 'hooks.slack.com'],
    [HOOK, 'hooks.slack.com'],
    ['http://127.0.0.1:8080/x', '127.0.0.1:8080'],
    ['http://[::1]:8080/x', '[::1]:8080'],
    [`sns:${TOPIC}`, `the topic ${TOPIC}`],
    ['daily', 'Slack (hooks.slack.com)'],
  ])('%s', (text, shown) => {
    expect(addressRule(text)).toBeUndefined()
    const [address] = addressesOf([text], { HOOK }, new Map([['daily', 'slack:$HOOK']]))
    expect(shownAddress(address)).toBe(shown)
  })

  test.each([
    'http://example.com/x',
    'http://127.0.0.1.example.com/x',
    'http://localhost.example.com/',
    'slack:http://hooks.slack.com/x',
    `slack:hooks.slack.com/${SECRET}`,
    `https://user:${SECRET.replaceAll('/', '')}@example.com/`,
    'sns:arn:aws:sqs:eu-west-1:111122223333:daily',
    'ftp://example.com/x',
    'slack:',
    'mailto:me@example.com',
    '$HOOK',
  ])('%s is none', (text) => expect(addressRule(text)).toEqual(expect.any(String)))

  test('whatever is wrong, nothing of it is quoted but the name of a variable', () => {
    const bad = ['http://example.com/', 'slack:x', 'sns:', 'https://u:p@example.com/', '$'].map((text) => text + SECRET)
    for (const value of bad) {
      for (const given of [`slack:$V`, 'named', value]) {
        const attempt = () => addressesOf([given], { V: value }, new Map([['named', value]]))
        if (given === value && addressRule(value) === undefined) continue
        const message = messageOf(attempt)
        expect(message).toMatch(/--notify/)
        expect(message).not.toContain('B0CD')
      }
    }
  })

  test('a variable that is not set is told with its name', () => {
    expect(messageOf(() => addressesOf(['slack:$NOPE'], {}))).toMatch(/the variable NOPE is not set/)
    expect(messageOf(() => addressesOf(['slack:$NOPE'], { NOPE: ' ' }))).toMatch(/the variable NOPE is not set/)
  })

  test('one that is given twice is one', () => {
    expect(addressesOf([`slack:${HOOK}`, 'slack:$HOOK', `sns:${TOPIC}`, `sns:${TOPIC}`], { HOOK })).toHaveLength(2)
  })

  test('any text is an address or is told to be none, and never more', () => {
    fc.assert(fc.property(fc.string(), (text) => ['string', 'undefined'].includes(typeof addressRule(text))))
  })
})

test.each([
  ['no object', ['slack:$X'], 'notify is not an object'],
  ['no text', { daily: 1 }, 'notify.daily: its value (not shown) is not a text'],
  ['no address', { daily: 'slack:hooks/sEcReT' }, 'notify.daily: its value (not shown) is not an https URL'],
  ['no name', { 'a b': 'slack:$X' }, "'a b' is not a name"],
])('of the configuration file, %s', (_title, given, message) => {
  const [problem, ...others] = notifyProblems(given)
  expect(others).toEqual([])
  expect(problem?.message).toContain(message)
  expect(JSON.stringify(problem)).not.toContain('sEcReT')
})

function messageOf(attempt: () => unknown): string {
  try {
    attempt()
  } catch (error) {
    const { message, hint } = error as { message: string; hint?: string }
    return `${message} ${hint}`
  }
  return ''
}
