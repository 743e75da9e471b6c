import fc from 'fast-check'
import type { Row } from '../../src/report/model.ts'
import { row } from './report-rows.ts'

const TRICKS = [
  '\u001b[2J',
  '\u001b]8;;http://evil.example\u0007',
  '\u009b31m',
  '\u202e',
  '\u2028',
  '\r\n',
  '\n| a | b |\n',
  '\t',
  '\0',
  '|',
  '\\|',
  '\\',
  '`',
  '``',
  '</code>',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onclick='x",
  '&lt;',
  '&#60;',
  ']]>',
  '<!--',
  '-->',
  '[x](http://evil.example)',
  '![x](http://evil.example/p.png)',
  '<http://evil.example>',
  'http://evil.example',
  'https://evil.example',
  'www.evil.example',
  'me@evil.example',
  '@team',
  '**',
  '__',
  '~~',
  '# ',
  '- ',
  '1. ',
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '=HYPERLINK("http://evil.example";"x")',
  '＝1+1',
  '%0A',
  '"',
  '""',
  ',',
  ';',
  'us.maker.model-v1:0',
  'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1',
  '__proto__',
  '\ufffe',
  '\ud800',
]

/** Text that means something in a terminal, HTML, Markdown or a spreadsheet. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc
    .array(fc.oneof(fc.constantFrom(...TRICKS), fc.string({ unit: 'binary', maxLength: 4 })), {
      minLength: 1,
      maxLength: 5,
    })
    .map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
)

/** Rows whose every text is hostile. */
export const hostileRows: fc.Arbitrary<Row[]> = fc.array(
  fc
    .record({ model: hostileText, identity: hostileText, team: hostileText, calls: fc.nat({ max: 9999 }) })
    .map(({ model, identity, team, calls }) => {
      const dimensions = { model, account: '111122223333', region: 'us-east-1', identity, 'metadata:team': team }
      return row(model, { invocations: calls, inputTokens: calls * 7 }, { dimensions })
    }),
  { minLength: 1, maxLength: 5 },
)

/** Control, format and separating characters and what is none, but line breaks, which a format sets itself. */
export const FORBIDDEN = /(?![\r\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/u
