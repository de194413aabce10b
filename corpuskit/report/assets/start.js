// Everything is there: begin.

startCharts();
startPage();
follow();
