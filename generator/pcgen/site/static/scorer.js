// Sphinx's scores of search results. An operation comes first if its request, path or call is what
// was searched for, since its words are in longer ones, too.
var Scorer = {
  score: ([, title, , , score]) => {
    const query = new URLSearchParams(window.location.search).get("q") || "";
    const [request, call] = title.toLowerCase().split(" · ");
    const names = [request, request.split(" ")[1], call];
    return call && names.includes(query.trim().toLowerCase()) ? score + 100 : score;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
