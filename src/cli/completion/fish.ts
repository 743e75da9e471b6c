import { grouped } from '../../report/arrange.ts'
import { type Completed, type CompletedFlag, headComment, PROFILES, valueFlags } from './model.ts'

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

# Words, or the paths of what begins with file: or cur:
function __bedrock_monitor_paths
    set -l value (string replace -r -- '^--[^=]*=' '' (commandline -ct))
    if set -l begun (string match -r -- '^(?:file|cur):' $value)
        printf "$begun%s\\n" (__fish_complete_path (string replace $begun '' -- $value))
    else
        printf '%s\\n' $argv
    end
end

function __bedrock_monitor_profiles
    sh -c ${quoted(PROFILES)}
end

complete -c bedrock-monitor -f
${commands.map(({ name, summary }) => line(['-n \'__bedrock_monitor_in ""\'', `-a ${name}`, `-d ${quoted(summary)}`])).join('\n')}
${commands.flatMap(({ name, words }) => (words.length > 0 ? [line([...inside([name]), `-a ${quoted(words.join(' '))}`])] : [])).join('\n')}
${flagLines({ common, commands }).join('\n')}
`
}

/** A line for each flag, told once for all commands that have the very same. */
function flagLines({ common, commands }: Completed): string[] {
  const all = [{ name: '', flags: common }, ...commands].flatMap(({ name, flags }) =>
    flags.map((flag) => ({ flag, of: name })),
  )
  return [...grouped(all, ({ flag }) => JSON.stringify(flag)).values()].map((alike) => {
    const { name, alias, describe, offer, list } = alike[0].flag
    const short = alias === undefined ? [] : [`-s ${alias}`]
    return line([
      ...inside(alike.map(({ of }) => of)),
      ...short,
      `-l ${name}`,
      ...offerText(offer, list),
      `-d ${quoted(describe)}`,
    ])
  })
}

/** The common flags stand on every line. */
function inside(commands: readonly string[]): string[] {
  return commands.includes('') ? [] : [`-n '__bedrock_monitor_in ${commands.join(' ')}'`]
}

function offerText(offer: CompletedFlag['offer'], list: boolean): string[] {
  const plain = { switch: [], text: ['-x'], file: ['-r -F'], profile: ["-x -a '(__bedrock_monitor_profiles)'"] }
  if (typeof offer === 'string') return plain[offer]
  const words = offer.join(' ')
  if (list) return [`-x -a '(__fish_append , ${words})'`]
  return [offer.includes('file:') ? `-x -a '(__bedrock_monitor_paths ${words})'` : `-x -a '${words}'`]
}

function line(parts: readonly string[]): string {
  return ['complete -c bedrock-monitor', ...parts].join(' ')
}

/** Within single quotes fish knows two escapes: of the quote and of the backslash. */
function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}
