# Draws the data that `planted_community plot` prints, from the file `data` to the SVG file `picture`.
set terminal svg size 960,340 font "sans-serif,12" background "white"
set output picture

set multiplot layout 1,3 margins 0.01,0.99,0.1,0.9 spacing 0.06
unset key
unset colorbox
set border linecolor rgb "#808080"
set palette defined (0 "#ffffff", 1 "#404040")

# Matrices are drawn with the first row on top.
unset tics
set xrange [-0.5:199.5]
set yrange [199.5:-0.5]
set title "edges of the graph"
plot data index 0 matrix with image

set title "weight of each vertex, the community's orange"
set xtics 0,50,200 nomirror
set ytics 0,0.01 nomirror
set xrange [-2:202]
set yrange [0:*]
plot data index 1 using ($3 == 0 ? $1 : 1/0):2 with impulses linewidth 2 linecolor rgb "#404040", \
     data index 1 using ($3 == 1 ? $1 : 1/0):2 with impulses linewidth 2 linecolor rgb "#d95f02"

unset tics
set xrange [-0.5:199.5]
set yrange [199.5:-0.5]
set title "its edges, heaviest vertices first"
plot data index 2 matrix with image
unset multiplot
