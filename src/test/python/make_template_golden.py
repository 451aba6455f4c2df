"""Writes src/test/resources/template/golden.json: templates of our own as jinja2 renders them, those of tasks with the settings of
lm-evaluation-harness 0.4.13 and those of chats through transformers; where they fail, the kind of the failure.

Needs jinja2 3.1.6, transformers 5, PyYAML. Run from the repository root: python src/test/python/make_template_golden.py
"""

import json
from pathlib import Path

import yaml
from jinja2 import BaseLoader, Environment, StrictUndefined
from jinja2.exceptions import TemplateError
from transformers.utils.chat_template_utils import render_jinja_template

OUT = Path("src/test/resources/template/golden.json")
BUILT_IN = Path("src/main/resources/io/github/trawl/evaluation/task")
TASKS = Environment(loader=BaseLoader, undefined=StrictUndefined, keep_trailing_newline=True)

ROW = {
    "question": "Who is it",
    "text": " one two 😀three ",
    "label": 2,
    "negative": -7,
    "half": 0.5,
    "right": True,
    "empty": "",
    "options": ["red", "green", "blue sky"],
    "letters": ["A", "B", "C"],
    "choices": {"text": ["a", "b"], "label": ["A", "B"]},
    "scores": {"no": 0, "yes": 1},
    "pairs": [{"q": "one", "a": "1"}, {"q": "two", "a": "2"}],
    "lines": "first\nsecond\n\nthird",
    "word": "straßE Ünder o'neil",
}

TASK = [
    # Loops.
    "{% for option in options %}{{ letters[loop.index0] }}. {{ option }}\n{% endfor %}Answer:",
    "{%- for option in options -%}\n  {{ loop.index }}) {{ option }}\n{%- endfor %}\nEnd",
    "{% for o in options %}{{ o }}{% if not loop.last %}, {% else %}.{% endif %}{% endfor %}",
    "{% for o in options %}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }}{{ loop.revindex0 }} {% endfor %}",
    "{% for o in options %}{{ loop.previtem or '-' if not loop.first else '^' }}>{{ loop.nextitem if loop.nextitem is defined else '$' }} {% endfor %}",
    "{% for o in options if o != 'green' %}{{ loop.index }}{{ o }};{% endfor %}",
    "{% for o in options if 'x' in o %}{{ o }}{% else %}none{% endfor %}",
    "{% for o in [] %}{{ o }}{% else %}nothing{% endfor %}",
    "{% for k, v in scores.items() %}{{ k }}={{ v }} {% endfor %}",
    "{% for k in scores %}{{ k }}{% endfor %} {% for v in scores.values() %}{{ v }}{% endfor %}",
    "{% for (a, b) in [(1, 2), (3, 4)] %}{{ a + b }} {% endfor %}",
    "{% for a, in [(1,), (2,)] %}{{ a }}{% endfor %}",
    "{% for c in 'a😀b' %}[{{ c }}]{% endfor %}",
    "{% for p in pairs %}Q: {{ p.q }}\nA: {{ p['a'] }}\n\n{% endfor %}",
    "{% for i in range(3) %}{{ i }}{% endfor %} {% for i in range(2, 9, 3) %}{{ i }}{% endfor %} {% for i in range(3, 0, -1) %}{{ i }}{% endfor %}",
    "{% for a in letters %}{% for o in options %}{{ loop.index }}{{ a[0] }} {% endfor %}{{ loop.index }};{% endfor %}",
    "{% for o in options %}{{ loop.cycle('x', 'y') }}{% endfor %}",
    "{% for x in options, letters %}{{ x|length }}{{ x[0] }} {% endfor %}",
    "{% for a in letters %}{% set outer = loop %}{% for b in [1, 2] %}{{ outer.index }}{{ loop.index }} {% endfor %}{% endfor %}",
    # Conditions.
    "{% if label == 2 %}two{% elif label == 3 %}three{% else %}other{% endif %}",
    "{% if label > 2 %}more{% elif label == 2 %}two{% endif %}!",
    "{% if empty %}full{% else %}empty{% endif %}{% if not options %}none{% endif %}",
    "{% if 'Who' in question and label in [1, 2] or false %}yes{% endif %}",
    "{% if missing is defined %}{{ missing }}{% else %}absent{% endif %}",
    "{% if right and half < 1 <= label %}ok{% endif %}",
    "{% if question is string and label is number and options is iterable and scores is mapping and half is float %}types{% endif %}",
    "{{ 'x' if label == 3 }}|{{ 'y' if label == 2 }}",
    "{{ 'a' if label == 1 else 'b' if label == 2 else 'c' }}",
    # Variables.
    "{% set n = label * 3 %}{{ n }}",
    "{% set a, b = 1, 'z' %}{{ a }}{{ b }}",
    "{% set x = 0 %}{% for o in options %}{% set x = x + 1 %}{{ x }}{% endfor %}{{ x }}",
    "{% set ns = namespace(count=0, seen='') %}{% for o in options %}{% set ns.count = ns.count + o|length %}{% set ns.seen = ns.seen ~ o[0] %}{% endfor %}{{ ns.count }} {{ ns.seen }}",
    "{% set block %}Q: {{ question }}?\n{% endset %}{{ block }}{{ block|length }}",
    "{% set block | upper | trim %} {{ question }} {% endset %}[{{ block }}]",
    "{% if true %}{% set inside = 1 %}{% endif %}{{ inside }}",
    "{% set question = 'mine' %}{{ question }}",
    "{% with a = label, b = 3 %}{{ a * b }}{% set c = 5 %}{{ c }}{% endwith %}",
    "{% with %}{% set label = 9 %}{{ label }}{% endwith %}{{ label }}",
    "{% for o in options %}{% if loop.index == 2 %}{% set label = o %}{% endif %}{{ label }} {% endfor %}{{ label }}",
    # Macros.
    "{% macro choice(letter, text='?') %}({{ letter }}) {{ text }}{% endmacro %}{{ choice('A', 'red') }} {{ choice('B') }} {{ choice(text='x', letter='C') }}",
    "{% macro line(x) -%}\n  {{ x }};\n{%- endmacro %}{% for o in options %}{{ line(o) }}{% endfor %}",
    "{% macro fact(n) %}{% if n > 1 %}{{ n }}*{{ fact(n - 1) }}{% else %}1{% endif %}{% endmacro %}{{ fact(4) }}",
    "{% macro a() %}[{{ b() }}]{% endmacro %}{% macro b() %}b{% endmacro %}{{ a() }}",
    "{% macro m() %}{{ later }}{% endmacro %}{% set later = 1 %}{{ m() }}{% set later = 2 %}{{ m() }}",
    "{% macro m(x, y=x) %}{{ x }}{{ y }}{% endmacro %}{{ m(1) }}{{ m(1, 2) }}",
    "{% macro m(x) %}{{ x is defined }}{% endmacro %}{{ m() }}{{ m(1) }}{{ m('a')|upper }}{{ m(1) ~ '!' }}",
    "{% macro m() %}{% set label = 7 %}{{ label }}{% endmacro %}{{ m() }}{{ label }}",
    # White space.
    "a\n{% if true %}\nb\n{% endif %}\nc\n",
    "a \n {%- if true -%} \n b \n {%- endif -%} \n c\n",
    "  {{- question -}}  !\n{#- gone -#}\n x {{-1}}",
    "{% raw %}{{ not }} {% this %}{% endraw %}{{ label }}",
    "a {%- raw -%} {{ x }} {%- endraw -%} b",
    "a {# {{ x }} {% if %} #}b",
    "a\r\nb{% if true %}\r\nc\rd{% endif %}\n\n",
    "{ {{ label }} } %} #} }} {",
    "{{ {'a': {'b': 1}}['a']['b'] }}{{ {'k': 2}.k }}",
    "{{\n  question\n    | lower\n}}",
    "{{ '}}' }}{{ \"%}\" }}{% if '%}' == '%}' %}x{% endif %}",
    # Expressions.
    "{{ 7 // 2 }} {{ 7 / 2 }} {{ 7 % 3 }} {{ negative // 2 }} {{ negative % 3 }} {{ 2 * 3 + 4 }} {{ 2 + 3 * 4 }} {{ (2 + 3) * 4 }} {{ 1 - 2 - 3 }}",
    "{{ 6 / 3 }} {{ half * 2 }} {{ half + 1 }} {{ 1 - half }} {{ -half }} {{ -label }} {{ - 3 }} {{ 10 / 4 * 2 }}",
    "{{ 'ab' * 3 }}{{ 2 * 'c' }}{{ ('-' * 0) }}|",
    "{{ 1 ~ 2 ~ '3' }} {{ 2 * 3 ~ 4 }} {{ -label ~ 'x' }}",
    "{{ -label|abs }} {{ (-label)|abs }} {{ 2 + negative|abs }}",
    "{{ not label == 3 }} {{ not not empty }} {{ label is not none }}",
    "{{ 'abcdef'[1:4] }} {{ 'abcdef'[::-1] }} {{ 'abcdef'[-2:] }} {{ 'abcdef'[::2] }} {{ 'abcdef'[4:1:-2] }} {{ 'abcdef'[10:] }}|",
    "{{ options[::-1]|join(',') }} {{ options[-1] }} {{ (1, 2, 3)[1:]|join }} {{ options[:1]|length }}",
    "{{ 'it\\'s' }} {{ \"a\\\"b\" }} {{ 'tab\\there' }} {{ 'a\\nb' }} {{ '\\u00e9\\x41' }} {{ 'back\\\\slash' }} {{ '\\d' }}",
    "{{ 'a' 'b' \"c\" }}",
    "{{ (1, 2) == [1, 2] }} {{ [1, 2] == [1.0, 2] }} {{ true == 1 }} {{ 'a' == 1 }} {{ {'a': 1} == {'a': 1.0} }} {{ none == false }}",
    "{{ 1 in [1.0] }} {{ 'a' in {'a': 1} }} {{ 'b' not in scores }} {{ true in [1] }} {{ '' in 'abc' }}",
    "{{ scores.get('no') }} {{ scores.get('maybe', 'default') }} {{ scores['yes'] }}",
    "{{ options.index('green') }} {{ options.count('red') }} {{ pairs[0].q }} {{ choices.text.1 }} {{ choices['label'].0 }}",
    "{{ true }} {{ True }} {{ false and 1 }} {{ 0 or 'x' }} {{ 1 and 'y' }} {{ half }} {{ 1.0 }} {{ 100000000000000000.0 }}",
    # Methods.
    "{{ text.strip() }}|{{ text.lstrip() }}|{{ text.rstrip() }}|{{ '--a-'.strip('-') }}|{{ 'xxyax'.lstrip('yx') }}|{{ 'a...'.rstrip('.') }}",
    "{{ 'a,b,,c'.split(',')|join('/') }} {{ 'a,b,c'.split(',', 1)|join('/') }} {{ ' a  b '.split()|join('/') }} {{ ' a  b c '.split(none, 1)|join('/') }} {{ 'a,b,c'.rsplit(',', 1)|join('/') }}",
    "{{ 'a b'.split(maxsplit=0)|join('/') }} {{ 'abc'.split('b')[-1] }} {{ ''.split(',')|length }} {{ ''.split()|length }}",
    "{{ question.startswith('Who') }} {{ question.endswith(('x', 'it')) }} {{ 'abab'.replace('a', 'c') }} {{ 'abab'.replace('a', 'c', 1) }}",
    "{{ word.title() }} {{ word.capitalize() }} {{ word.lower() }} {{ 'ab cd-ef'.title() }}",
    "{{ ', '.join(options) }} {{ 'banana'.count('an') }} {{ 'banana'.find('n') }} {{ 'banana'.find('x') }} {{ 'Hello'.removeprefix('He') }} {{ 'Hello'.removesuffix('lo') }}",
    "{{ lines.splitlines()|join('|') }} {{ lines.split('\\n')|length }}",
    # Filters.
    "{{ missing|default('none given') }} {{ empty|default('x') }}{{ empty|default('x', true) }} {{ empty|d('y', boolean=true) }}",
    "{{ options|first }} {{ options|last }} {{ 'abc'|first }} {{ 'abc'|last }} {{ options|length }} {{ 'abc'|count }} {{ scores|length }}",
    "{{ options|map('upper')|join(', ') }} {{ pairs|map(attribute='q')|join('-') }} {{ pairs|join('+', attribute='a') }} {{ options|map('length')|list|join }}",
    "{{ pairs|selectattr('q', 'equalto', 'two')|map(attribute='a')|first }} {{ pairs|rejectattr('q', '==', 'two')|list|length }} {{ pairs|selectattr('q')|list|length }}",
    "{{ [0, 1, 2, '']|select|join(',') }} {{ [1, 2, 3]|select('odd')|join(',') }} {{ [1, 2, 3]|reject('gt', 1)|join(',') }} {{ options|select('in', ['red'])|join }}",
    "{{ pairs|map(attribute='z', default='-')|join }} {{ [[1, 2], [3, 4]]|map(attribute=1)|join(',') }} {{ [{'a': {'b': 5}}]|map(attribute='a.b')|first }}",
    "{{ pairs|map(attribute='z', default=none)|list|length }} {{ pairs|map(attribute='q', default=none)|join }}",
    "{{ pairs|map(attribute='z', default=none)|join }}",
    "{{ scores.keys() == ['no', 'yes'] }} {{ [0, 1] == scores.values() }} {{ scores.items() == [('no', 0), ('yes', 1)] }} {{ scores.keys() != ['no', 'yes'] }} {{ scores.keys()|list == ['no', 'yes'] }} {{ scores.keys() in [['no', 'yes']] }}",
    "{{ 'hello world-wide (web)'|title }} {{ 'hELLO'|capitalize }} {{ ' x '|trim }}| {{ '..x..'|trim('.') }} {{ 'abc'|replace('b', 'd') }} {{ 'aaa'|replace('a', 'b', 2) }}",
    "{{ '42'|int + 1 }} {{ 'x'|int }} {{ 'x'|int(7) }} {{ 3.9|int }} {{ '3.7'|int }} {{ ' 5 '|int }} {{ '2.5'|float }} {{ 2|float }} {{ 'y'|float(1.5) }} {{ true|int }} {{ '1e3'|float }}",
    "{{ 5|string ~ 1 }} {{ 'abc'|list|join('.') }} {{ 'abc'|reverse }} {{ options|reverse|join(',') }} {{ scores|list|join }}",
    "{{ scores|items|list|length }}{% for k, v in scores|items %}{{ k }}{{ v }}{% endfor %} {{ -3|abs }}",
    "{% for k, v in {'b': 1, 'A': 2, 'a': 3, 'C': 4}|dictsort %}{{ k }}{{ v }}{% endfor %}{% for item in scores|dictsort %}{{ item[0] }}{% endfor %}",
    "{{ lines|indent }}|{{ lines|indent(2, true) }}|{{ lines|indent(1, blank=true) }}|{{ lines|indent('> ') }}",
    "{{ [1, 2]|join(', ') }} {{ 'abc'|join('.') }} {{ [1.5, true]|join('/') }}",
    # Tests.
    "{{ 3 is odd }} {{ 4 is even }} {{ 9 is divisibleby 3 }} {{ 9 is divisibleby(2) }} {{ 'a' is in ['a'] }} {{ 1 is eq 1 }} {{ 2 is gt 1 }} {{ 1 is ne(2) }}",
    "{{ none is none }} {{ label is none }} {{ right is true }} {{ right is boolean }} {{ 1 is true }} {{ 0 is false }} {{ false is false }}",
    "{{ label is integer }} {{ right is integer }} {{ half is integer }} {{ right is number }} {{ '1' is number }}",
    "{{ 'a' is sequence }} {{ [] is sequence }} {{ {} is sequence }} {{ 1 is sequence }} {{ 1 is iterable }} {{ 'a' is iterable }} {{ {} is mapping }} {{ [] is mapping }}",
    "{{ missing is undefined }} {{ question is not undefined }} {{ missing is string }} {{ missing is none }} {{ scores.no is defined }} {{ scores.maybe is defined }} {{ options[9] is defined }}",
    "{{ 'abc' is lower }} {{ 'ABC' is upper }} {{ 'aBc' is lower }} {{ question is not string }} {{ label is defined and label is not none }}",
    # Failures.
    "{{ missing }}",
    "{% if missing %}x{% endif %}",
    "{{ missing|upper }}",
    "{{ missing.member is defined }}",
    "{{ [missing]|join }}",
    "{{ options[9] }}",
    "{{ scores.maybe }}",
    "{% for x in missing %}{% endfor %}",
    "{{ missing == 1 }}",
    "{{ missing in options }}",
    "{{ 1 + 'a' }}",
    "{{ 1 // 0 }}",
    "{{ 'a' - 'b' }}",
    "{% for x in 5 %}{% endfor %}",
    "{% for a, b in [(1, 2, 3)] %}{% endfor %}",
    "{% set ns.x = 1 %}",
    "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(1, 2) }}",
    "{% macro m(x) %}{{ x }}{% endmacro %}{{ m() }}",
    "{{ question() }}",
    "{{ nothing_like_it(1) }}",
    "{{ 'abc'.nothing() }}",
    "{{ options.index('none') }}",
    "{{ ', '.join([1]) }}",
    "{{ 1 in 2 }}",
    "{{ 'a' < 1 }}",
    "{{ [1][0:'a'] }}",
    "{% for x in options %}",
    "{% endif %}",
    "{% if true %}{% endfor %}",
    "{% if %}{% endif %}",
    "{% else %}",
    "{{ a b }}",
    "{% set %}",
    "{% for x of y %}{% endfor %}",
    "{% bogus %}",
    "{{ x|bogus }}",
    "{{ x is bogus }}",
    "{{ 'open }}",
    "{{ (1 }}",
    "{% break %}",
    "{% for x in [1] %}{% break %}{% endfor %}",
    "{% generation %}{% endgeneration %}",
    "{{ raise_exception('no') }}",
    "{# open",
    "{% raw %}x",
    "{% macro m(a=1, b) %}{% endmacro %}",
    "{% for x in [1] %}{{ x if }}{% endfor %}",
    "{% if a if b else c %}{% endif %}",
]

MESSAGES = [
    {"role": "system", "content": " Be brief. "},
    {"role": "user", "content": "Who is\nit?"},
    {"role": "assistant", "content": " Ann. "},
    {"role": "user", "content": "And 'her' \"friend\" <b> 😀 é?"},
]
TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {"at": {"type": "string"}}, "required": [], "n": 1.5, "none": None, "ok": True}}}]
CHAT_FIELDS = {"bos_token": "<s>", "eos_token": "</s>", "add_generation_prompt": True}

# Shapes that published chat templates have, in words of our own.
CHAT = [
    # Turns between marks.
    """{% for message in messages %}
{{ '<|' + message['role'] + '|>' }}
{{ message['content'] }}<|end|>
{% endfor %}
{% if add_generation_prompt %}
<|assistant|>
{% endif %}
""",
    """{%- for message in messages -%}
    {{- '[' + message.role | upper + ']' -}}
    {{ message.content | trim }}
    {%- if not loop.last %} / {% endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '[ANSWER]\n' -}}
{%- endif -%}
""",
    # A system message that is a part of the first question.
    """{%- if messages[0]['role'] == 'system' %}
    {%- set instruction = messages[0]['content'] | trim %}
    {%- set turns = messages[1:] %}
{%- else %}
    {%- set turns = messages %}
{%- endif %}
{{- bos_token }}
{%- for turn in turns %}
    {%- if (turn['role'] == 'user') != (loop.index0 % 2 == 0) %}
        {{- raise_exception('turns must alternate') }}
    {%- endif %}
    {%- if turn['role'] == 'user' %}
        {%- if loop.first and instruction is defined %}
            {{- '<ask>' + instruction + '\n\n' + turn['content'] + '</ask>' }}
        {%- else %}
            {{- '<ask>' + turn['content'] + '</ask>' }}
        {%- endif %}
    {%- elif turn['role'] == 'assistant' %}
        {{- ' ' + turn['content'] | trim + eos_token }}
    {%- endif %}
{%- endfor %}
""",
    # No system message at all.
    """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system message, please') }}{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}""",
    # Tools, a namespace that counts, a default instruction.
    """{%- set ns = namespace(last=-1, tool=false) %}
{%- for message in messages %}
    {%- if message.role == "user" %}
        {%- set ns.last = loop.index0 %}
    {%- endif %}
{%- endfor %}
{%- if tools %}
    {{- '<tools>\n' }}
    {%- for tool in tools %}
        {{- tool | tojson }}
        {{- '\n' }}
    {%- endfor %}
    {{- '</tools>\n' }}
{%- elif messages[0].role != 'system' %}
    {{- 'You help.\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if message.tool_calls %}
        {{- message.tool_calls }}
    {%- elif loop.index0 > ns.last %}
        {{- 'never' }}
    {%- else %}
        {{- loop.index0 ~ (' last: ' if loop.index0 == ns.last else ': ') ~ message.content }}
    {%- endif %}
    {{- '\n' }}
{%- endfor %}
""",
    # Content that may be a list of parts, by a macro.
    """{% macro shown(content) -%}
    {%- if content is string -%}
        {{ content }}
    {%- else -%}
        {%- for part in content -%}
            {%- if part.type == 'text' %}{{ part.text }}{% endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
{% for message in messages %}
<{{ message.role }}>{{ shown(message.content) }}</{{ message.role }}>
{% endfor %}
""",
    # Marks for training.
    """{% for message in messages %}
{% if message.role == 'assistant' %}
{% generation %}
{{ message.content }}{{ eos_token }}
{% endgeneration %}
{% else %}
{{ message.content }}
{% endif %}
{% endfor %}""",
    """{% for m in messages %}{% if m.role == 'system' %}{% continue %}{% endif %}{{ m.content }}|{% if loop.index == 3 %}{% break %}{% endif %}{% endfor %}""",
    """{% for m in messages[::-1] %}{{ m.role[0] }}{% endfor %}{% for m in messages[1:-1] %}{{ m.role[0] }}{% endfor %}""",
    """{%- set users = messages | selectattr('role', 'equalto', 'user') | list -%}{{ users | length }}: {{ users | map(attribute='content') | join(' & ') }}{%- if messages | selectattr('role', 'eq', 'tool') | list %} tool{% endif %}""",
    "{{ tools is none }} {{ tools is defined }} {{ documents }} {{ tools }} {{ nothing }}|{{ nothing is defined }}|{{ none }}",
    "{% if nothing %}x{% else %}y{% endif %}{% for x in nothing %}x{% endfor %}{{ nothing or 'z' }}{{ nothing ~ 'q' }}{{ nothing|length }}{{ nothing|upper }}|{{ messages[9] }}|{{ messages[0].absent }}|{{ 'a' in nothing }}|{{ nothing == absent }}|{{ nothing == '' }}",
    "{{ [1, 'a', \"it's\", none, true, 1.5, [], {}, ()] }} {{ {'a': [1], 'b': {'c': 'd\\n\"'}} }} {{ (1,) }} {{ (1, 2) }} {{ ['é😀\\t\\x00\\x7f\\xa0\\u200b'] }}",
    "{{ tools | tojson }}",
    "{{ messages | tojson }}",
    "{{ {'a': 'x', 'b': [1, 2.0, none, true, []], 'c': {}} | tojson(indent=2) }}",
    "{{ messages[3] | tojson(ensure_ascii=true) }} {{ '\\b\\f\\x1f/' | tojson }} {{ [] | tojson(indent=4) }}",
    "{{ strftime_now('%Y') | length }} {{ strftime_now('100%%') }}",
    "  {% if true %}  \n  a\n  {%+ if true %}  b\n  {% endif +%}\n  {% endif %}c\n\n",
    "a\n   {# note #}   \n  b {# note #}\n  {{ 1 }}\n   {%- if true %}\n  x{% endif %}\n",
    "{% raw %}\n{{ x }}\n{% endraw %}\ny\n  {% raw %} z {% endraw %}",
    "\n{% set x = 1 %}\n  {% set y = 2 %}  \n{{ x }}{{ y }}\n\n",
    "{%- if messages | length > 2 and messages[-1]['role'] == 'user' and 'friend' in messages[-1]['content'] -%} ok {%- endif -%}",
    "{%- set content = messages[2].content.split('A')[-1].lstrip() -%}<{{ content }}>{{ messages[2].content.strip().rstrip('.').split('n', 1) }}",
    "{{ messages[0].items() | list | length }}{% for k, v in messages[0].items() %}{{ k }}:{{ v }};{% endfor %}{% for k, v in messages[0] | items %}{{ k }}{% endfor %}",
    "{{ messages[0]['content'] is defined }}{{ messages[0].get('role') }}{{ messages[0].get('no') }}{{ messages[0].get('no', 'd') }}{{ 'role' in messages[0] }}",
    "{% macro a(x, y='d') %}{{ x }}{{ y }}{% endmacro %}{{ a() }}{{ a(1) }}{{ a(y=2) }}",
    "{% set ns = namespace(a=1) %}{{ ns.b }}|{{ ns['a'] }}|{% set ns.b = ns.a + 1 %}{{ ns.b }}",
    "{%- for m in messages if m.role != 'system' %}{{ loop.index0 }}{{ m.role }}{{ loop.length }}{% else %}x{% endfor %}",
    "{% set x %}\n  block {{ bos_token }}\n{% endset %}\n[{{ x }}]",
    "{{ dict(a=1, b='c') }}{{ dict({'x': 1}, y=2).y }}",
    "{% if messages | selectattr('role', 'equalto', 'nobody') %}always{% endif %}",
    "{% set g = messages | map(attribute='role') %}{{ g | join(',') }}|{{ g | join(',') }}",
    "{{ messages[0].content is string }}{{ messages is sequence and messages is not mapping }}{{ messages[0] is mapping }}{{ nothing is sequence }}{{ nothing is iterable }}{{ nothing is mapping }}",
    "{{ '%s' }}{{ 'a' ~ none ~ 1 ~ true ~ [1] }}{{ none | string }}{{ none | default('d') }}{{ none or 'o' }}{{ none | default('d', true) }}",
    "{{ [1, 2] + [3] }}{{ (1,) + (2,) }}{{ [0] * 3 }}{{ [[1, 2], [3]] | map('first') | list }}{{ [3, 1] | reverse | list }}",
    "{{ messages[0].content.absent }}|{{ (5).absent }}|{{ none.absent }}|{{ messages.absent }}",
    # Failures.
    "{{ nothing.member }}",
    "{{ nothing + 'a' }}",
    "{{ 'a' + nothing }}",
    "{{ nothing() }}",
    "{{ messages[0].absent.more }}",
    "{{ none + 1 }}",
    "{{ messages.append(1) }}",
    "{{ messages[0].update({'a': 1}) }}",
    "{% set ns = namespace() %}{% set ns._x = 1 %}",
    "{{ namespace(_x=1) }}",
    "{{ raise_exception('stop\nhere') }}",
    "{{ nothing < 1 }}",
    "{{ nothing | tojson }}",
    "{{ nothing | int }}",
    "{{ nothing[0] }}",
    "{{ nothing[1:] }}",
    "{% for m in none %}{% endfor %}",
    "{{ ''.__class__.__mro__ }}",
    "{{ messages | length | length }}",
    "{% set x.y = 1 %}",
    "{{ range(1000001) | length }}",
    "{% for m in messages %}{% generation %}{% break %}{% endgeneration %}{% endfor %}",
]


def kind(error):
    """Whether lm-evaluation-harness tries a chat template again without the system message."""
    return "refused" if isinstance(error, TemplateError) else "failed"


def case(dialect, template, fields, render):
    made = {"dialect": dialect, "template": template}
    if fields is not None:
        made["fields"] = fields
    try:
        made["expected"] = render(template)
    except Exception as error:  # noqa: BLE001: whatever Python raises, we must refuse.
        made["error"] = kind(error)
    return made


def task(template, fields):
    return TASKS.from_string(template).render(**fields)


def chat(template, fields, messages):
    fields = dict(fields)
    return render_jinja_template(
        conversations=[messages],
        tools=fields.pop("tools", None),
        chat_template=template,
        add_generation_prompt=fields.pop("add_generation_prompt"),
        **fields,
    )[0][0]


BUILT_IN_ROWS = {
    "arc": {"question": "Which one?", "choices": {"text": ["a b", "it's"], "label": ["A", "B"]}, "answerKey": "B"},
    "bios": {"hard_text": " She paints.\n", "profession": 14},
    "epistemic-reasoning": {"input": "Premise: x {{y}}\nHypothesis: z", "target_scores": {"entailment": 1, "non-entailment": 0}},
    "hotpotqa": {"question": "Were they both 'here'", "answer": " yes "},
    "lambada": {"text": "one  two three's"},
    "qa-wikidata": {"context": "The capital of X is ", "continuation": " Y\n"},
    "world-facts": {"prompt": "The capital of X is", "answer": "Y"},
}
# Not Jinja: a method that Python's views of maps have not, and a function of the harness.
OURS = {"{{target_scores.values().index(1)}}", "{{page|wikitext_detokenize}}"}


def built_in():
    for name, row in BUILT_IN_ROWS.items():
        content = yaml.safe_load((BUILT_IN / f"{name}.yaml").read_text(encoding="utf-8"))
        masked = content.get("masked", {}).get("doc_to_text")
        for template in [content["doc_to_text"], content["doc_to_target"], content.get("doc_to_choice"), masked]:
            if isinstance(template, str) and template not in OURS and "keys()" not in template and "choices.text" not in template:
                yield case("task", template, row, lambda source: task(source, row))


def main():
    cases = list(built_in())
    cases += [case("task", template, None, lambda source: task(source, ROW)) for template in TASK]
    for template in CHAT:
        cases.append(case("chat", template, None, lambda source: chat(source, CHAT_FIELDS, MESSAGES)))
    for template in CHAT[:11]:
        fields = {**CHAT_FIELDS, "tools": TOOLS, "add_generation_prompt": False}
        made = case("chat", template, fields, lambda source: chat(source, fields, MESSAGES[1:3]))
        made["messages"] = MESSAGES[1:3]
        cases.append(made)
    golden = {"row": ROW, "chat": CHAT_FIELDS, "messages": MESSAGES, "cases": cases}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(golden, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
    errors = [made for made in cases if "error" in made]
    print(f"{len(cases)} templates, of which {len(errors)} fail")
    return errors


if __name__ == "__main__":
    for made in main():
        print(made["error"], made["template"][:70].replace("\n", "\\n"))
