// Renders the OpenAPI document of this server; asks nothing of any other host.
const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};

const operationView = (path, verb, operation) => {
  const view = element('details');
  const head = element('summary');
  head.append(element('span', verb.toUpperCase(), 'verb'), element('code', path), element('span', operation.operationId, 'id'));
  view.append(head, element('p', operation.summary));
  view.append(element('p', (operation['x-roles'] || []).join(' · '), 'roles'));
  for (const parameter of operation.parameters || []) {
    view.append(element('p', `${parameter.in}: ${parameter.name}${parameter.required ? ' *' : ''} ${parameter.description || ''}`));
  }
  const body = operation.requestBody?.content?.['application/json']?.schema;
  if (body) view.append(element('strong', 'body'), element('pre', JSON.stringify(body, null, 2)));
  const done = operation.responses['201'] || operation.responses['200'];
  const answer = done?.content?.['application/json']?.schema;
  if (answer) view.append(element('strong', 'answer'), element('pre', JSON.stringify(answer, null, 2)));
  view.dataset.text = `${path} ${operation.operationId} ${operation.summary}`.toLowerCase();
  return view;
};

fetch('/api/v1/openapi.json').then((answer) => answer.json()).then((api) => {
  document.getElementById('about').textContent = api.info.description;
  const list = document.getElementById('list');
  const byTag = new Map();
  for (const [path, operations] of Object.entries(api.paths)) {
    for (const [verb, operation] of Object.entries(operations)) {
      const tag = operation.tags[0];
      if (!byTag.has(tag)) byTag.set(tag, []);
      byTag.get(tag).push(operationView(path, verb, operation));
    }
  }
  for (const [tag, views] of byTag) list.append(element('h2', tag), ...views);
  document.getElementById('find').addEventListener('input', (event) => {
    const wanted = event.target.value.toLowerCase();
    for (const view of list.querySelectorAll('details')) view.hidden = !view.dataset.text.includes(wanted);
  });
});
