//! What people do, from one service's door to another's, over everything that lies between.

mod first_day;
