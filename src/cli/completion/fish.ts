import {
  type Completed,
  type CompletedCommand,
  type CompletedFlag,
  headComment,
  type Offer,
  PROFILE_NAME,
  valueFlags,
} from './model.ts'

/** The script for fish, which splits lines and lists folders itself: what is to be told is which command a line is about. */
export function fishScript(model: Completed): string {
  const { common, commands } = model
  return `${headComment('fish')}

# The command of the line; nothing where none stands there yet.
function __bedrock_monitor_command
    set -l of_flag 0
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if test $of_flag = 1
            set of_flag 0
            continue
        end
        switch $word
            case ${valueFlags(model).join(' ')}
                set of_flag 1
            case '-*'
            case '*'
                echo $word
                return
        end
    end
end

function __bedrock_monitor_in
    set -l command (__bedrock_monitor_command)
    contains -- "$command" $argv
end

# The value that is being typed, without its flag.
function __bedrock_monitor_value
    string replace -r -- '^--[^=]*=' '' (commandline -ct)
end

# Several words between commas: each after those that stand there.
function __bedrock_monitor_list
    set -l before (string match -r -- '^.*,' (__bedrock_monitor_value))
    printf '%s\\n' "$before"$argv
end

# Words, or the paths of what begins with file: or cur:
function __bedrock_monitor_paths
    set -l value (__bedrock_monitor_value)
    if set -l begun (string match -r -- '^(?:file|cur):' $value)
        printf "$begun%s\\n" (__fish_complete_path (string replace $begun '' -- $value))
    else
        printf '%s\\n' $argv
    end
end

function __bedrock_monitor_profiles
    set -q AWS_CONFIG_FILE; or set -l AWS_CONFIG_FILE ~/.aws/config
    set -q AWS_SHARED_CREDENTIALS_FILE; or set -l AWS_SHARED_CREDENTIALS_FILE ~/.aws/credentials
    sed -n 's/^\\[profile  *\\(${PROFILE_NAME}\\)\\].*/\\1/p; s/^\\[default\\].*/default/p' $AWS_CONFIG_FILE 2>/dev/null
    sed -n 's/^\\[\\(${PROFILE_NAME}\\)\\].*/\\1/p' $AWS_SHARED_CREDENTIALS_FILE 2>/dev/null
end

complete -c bedrock-monitor -f
${commands.map(({ name, summary }) => line(['-n \'__bedrock_monitor_in ""\'', `-a ${name}`, `-d ${quoted(summary)}`])).join('\n')}
${commands.flatMap(({ name, words }) => (words.length > 0 ? [line([inside([name]), `-a ${quoted(words.join(' '))}`])] : [])).join('\n')}
${common.map((flag) => flagLine(flag)).join('\n')}
${ownFlags(commands).join('\n')}
`
}

/** A line for each flag, told once for all commands that have the very same. */
function ownFlags(commands: readonly CompletedCommand[]): string[] {
  const groups = new Map<string, { flag: CompletedFlag; of: string[] }>()
  for (const { name, flags } of commands) {
    for (const flag of flags) {
      const key = JSON.stringify(flag)
      const group = groups.get(key) ?? { flag, of: [] }
      groups.set(key, { flag, of: [...group.of, name] })
    }
  }
  return [...groups.values()].map(({ flag, of }) => flagLine(flag, of))
}

function flagLine({ name, alias, describe, offer }: CompletedFlag, commands: readonly string[] = []): string {
  const short = alias === undefined ? [] : [`-s ${alias}`]
  const where = commands.length === 0 ? [] : [inside(commands)]
  return line([...where, ...short, `-l ${name}`, ...offerText(offer), `-d ${quoted(describe)}`])
}

function inside(commands: readonly string[]): string {
  return `-n '__bedrock_monitor_in ${commands.join(' ')}'`
}

function offerText(offer: Offer): string[] {
  if (offer.kind !== 'words') return PLAIN_OFFERS[offer.kind]
  const words = offer.words.join(' ')
  if (offer.list) return [`-x -a '(__bedrock_monitor_list ${words})'`]
  return [offer.words.includes('file:') ? `-x -a '(__bedrock_monitor_paths ${words})'` : `-x -a '${words}'`]
}

const PLAIN_OFFERS = { switch: [], text: ['-x'], file: ['-r -F'], profile: ["-x -a '(__bedrock_monitor_profiles)'"] }

function line(parts: readonly string[]): string {
  return ['complete -c bedrock-monitor', ...parts].join(' ')
}

/** Within single quotes fish knows two escapes: of the quote and of the backslash. */
function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}
