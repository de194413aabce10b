// Everything is there: begin.

startCharts();
startExplorer();
startPage();
follow();
